namespace Orleans.MLOps.Learning.Training;

/// <summary>Sums what the shards of one training computed, the same way on every shard.</summary>
public interface IGradientExchange
{
    /// <summary>Number of shards that take part, a power of two.</summary>
    int Shards { get; }

    /// <summary>
    /// Replaces each shard's values by the sum over all shards, added in a fixed binary tree over the ranks, so that every shard holds
    /// the same bits. Blocks until every shard has called; each rank calls from one thread, all equally often and with equally many values.
    /// </summary>
    /// <param name="rank">The caller's rank in [0, <see cref="Shards"/>).</param>
    /// <param name="values">In: the caller's addend. Out: the sum.</param>
    /// <exception cref="ShardAbortedException">A shard has aborted the exchange.</exception>
    void AllReduce(int rank, Span<float> values);

    /// <summary>Makes every present and future <see cref="AllReduce"/> fail at once; only the first reason is kept. Idempotent, and harmless when all shards have left.</summary>
    /// <param name="reason">Why the caller cannot go on.</param>
    void Abort(Exception reason);
}
