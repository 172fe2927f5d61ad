using Orleans.MLOps.Learning.Models;

namespace Orleans.MLOps.Learning.Training;

/// <summary>
/// Deals rows to steps and virtual shards from one seeded permutation an epoch (Fisher and Yates, Durstenfeld's form), so shards never
/// see file ranges. A function of (seed, epoch) alone.
/// </summary>
internal sealed class RowOrder(TrainingPlan plan, int rows)
{
    private const ulong Purpose = 0x4F524452;
    private readonly int[] _order = new int[rows];
    private readonly long _stepsPerEpoch = (rows + (long)plan.BatchSize - 1) / plan.BatchSize;
    private int _epoch = -1;

    public int EpochOf(long step) => (int)(step / _stepsPerEpoch);

    public bool EndsEpoch(long step) => (step + 1) % _stepsPerEpoch == 0;

    public int RowsOf(long step) => (int)Math.Min(plan.BatchSize, rows - step % _stepsPerEpoch * plan.BatchSize);

    /// <summary>Rows of one virtual shard's part of a batch.</summary>
    /// <param name="step">Number of the step, from 0.</param>
    /// <param name="virtualShard">The virtual shard.</param>
    /// <returns>Row numbers; empty when the last batch of an epoch has fewer rows than there are virtual shards.</returns>
    public ReadOnlySpan<int> Part(long step, int virtualShard)
    {
        Shuffle(EpochOf(step));
        var start = (int)(step % _stepsPerEpoch * plan.BatchSize);
        var (from, to) = Slice(RowsOf(step), virtualShard, plan.VirtualShards);
        return _order.AsSpan(start + from, to - from);
    }

    /// <summary>Bounds of one of equally large parts of a range.</summary>
    public static (int From, int To) Slice(int size, int part, int parts) =>
        ((int)((long)size * part / parts), (int)((long)size * (part + 1) / parts));

    private void Shuffle(int epoch)
    {
        if (epoch == _epoch)
            return;
        _epoch = epoch;
        for (var i = 0; i < _order.Length; i++)
            _order[i] = i;
        var random = new SeededStream((ulong)plan.Seed, Purpose, (ulong)epoch);
        for (var i = _order.Length - 1; i > 0; i--)
        {
            var j = random.NextInt32(i + 1);
            (_order[i], _order[j]) = (_order[j], _order[i]);
        }
    }
}
