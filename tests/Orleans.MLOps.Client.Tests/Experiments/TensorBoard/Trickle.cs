namespace Orleans.MLOps.Client.Tests.Experiments.TensorBoard;

/// <summary>Gives its bytes a few at a time and cannot seek, as a network stream.</summary>
internal sealed class Trickle(byte[] content) : MemoryStream(content)
{
    private const int Most = 7001;

    public override bool CanSeek => false;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, Most)], cancellationToken);
}
