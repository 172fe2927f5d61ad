namespace Orleans.MLOps.Learning.Training.Exchange;

/// <summary>
/// Exchange between threads of this process and, through a link, those of other hosts. The last thread to come adds the subtrees of this
/// host, meets the other hosts, and then all threads take the sum. The tree is that of <see cref="SharedMemoryExchange"/>, so the bits are too.
/// </summary>
public sealed class HostExchange : IGradientExchange, IDisposable
{
    private readonly RankRange _ranks;
    private readonly IHostLink _link;
    private readonly ShardBarrier _barrier;
    private readonly float[][] _published;
    private readonly TreeSum[] _sums;
    private readonly float[] _subtrees;
    private readonly float[] _total;

    /// <summary>Makes the exchange of one host.</summary>
    /// <param name="shards">Number of shards over all hosts, a power of two.</param>
    /// <param name="ranks">The ranks of this host.</param>
    /// <param name="length">Number of values a call.</param>
    /// <param name="link">The way to the other hosts, open before the first exchange; disposed with this object.</param>
    /// <exception cref="ArgumentException">The number of shards is no power of two, or the ranks are not among them.</exception>
    public HostExchange(int shards, RankRange ranks, int length, IHostLink link)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (shards < 1 || !int.IsPow2(shards) || ranks.Count < 1 || ranks.First < 0 || ranks.End > shards)
            throw new ArgumentException($"Ranks {ranks.First} to {ranks.End - 1} of {shards} shards were given; shards must be a power of two and hold the ranks.");
        Shards = shards;
        _ranks = ranks;
        _link = link;
        var subtrees = ranks.Subtrees();
        _published = [.. Enumerable.Range(0, ranks.Count).Select(_ => new float[length])];
        _sums = [.. subtrees.Select(size => new TreeSum(length, size))];
        _subtrees = new float[subtrees.Length * length];
        _total = new float[length];
        _barrier = new ShardBarrier(ranks.Count, Meet, link.Abort);
    }

    /// <inheritdoc/>
    public int Shards { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The rank is not of this host, or the number of values is not the exchange's.</exception>
    public void AllReduce(int rank, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, _ranks.First);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, _ranks.End);
        if (values.Length != _total.Length)
            throw new ArgumentException($"{values.Length} values were given; the exchange sums {_total.Length}.", nameof(values));
        values.CopyTo(_published[rank - _ranks.First]);
        _barrier.Meet(rank);

        // Nobody adds again before every thread has come back, so the total stays until all have it.
        _total.CopyTo(values);
    }

    /// <inheritdoc/>
    public void Abort(Exception reason) => _barrier.Abort(reason);

    /// <summary>Frees barrier and link; every shard must have left.</summary>
    public void Dispose()
    {
        _barrier.Dispose();
        _link.Dispose();
    }

    private void Meet()
    {
        var rank = 0;
        for (var i = 0; i < _sums.Length; i++)
        {
            var own = _subtrees.AsSpan(i * _total.Length, _total.Length);
            for (var size = _sums[i].Count; size > 0; size--)
                _sums[i].Add(_published[rank++]);
            _sums[i].Sum.CopyTo(own);
        }

        _link.Exchange(_subtrees, _total);
    }
}
