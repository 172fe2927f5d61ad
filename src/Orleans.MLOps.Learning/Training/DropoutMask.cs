using Orleans.MLOps.Learning.Models;

namespace Orleans.MLOps.Learning.Training;

/// <summary>
/// Dropout masks as functions of (seed, step, virtual shard, layer), so they depend neither on the number of shards nor on Torch's
/// process-wide generator. Kept units are scaled up so that the expectation stays (Srivastava et al. 2014, the inverted form).
/// </summary>
internal static class DropoutMask
{
    private const ulong Purpose = 0x44524F50;
    private const int Resolution = 1 << 16;

    public static void Fill(Span<float> mask, float rate, long seed, long step, int virtualShard, int layer)
    {
        var dropped = (uint)MathF.Round(rate * Resolution);
        var kept = (float)(Resolution / (double)(Resolution - dropped));
        var random = new SeededStream((ulong)seed, Purpose, (ulong)step, (ulong)virtualShard, (ulong)layer);
        var i = 0;
        for (; i + 4 <= mask.Length; i += 4)
        {
            var bits = random.NextUInt64();
            mask[i] = (ushort)bits < dropped ? 0f : kept;
            mask[i + 1] = (ushort)(bits >> 16) < dropped ? 0f : kept;
            mask[i + 2] = (ushort)(bits >> 32) < dropped ? 0f : kept;
            mask[i + 3] = (ushort)(bits >> 48) < dropped ? 0f : kept;
        }

        for (; i < mask.Length; i++)
            mask[i] = (ushort)random.NextUInt64() < dropped ? 0f : kept;
    }
}
