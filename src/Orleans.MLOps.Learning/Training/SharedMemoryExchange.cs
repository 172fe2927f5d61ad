namespace Orleans.MLOps.Learning.Training;

/// <summary>
/// Exchange between threads of one process. Each call publishes the caller's values, waits for the others and adds all in the fixed tree;
/// two sets of buffers alternate, so one barrier a call is enough.
/// </summary>
public sealed class SharedMemoryExchange : IGradientExchange, IDisposable
{
    private readonly ShardBarrier _barrier;
    private readonly float[][][] _published;
    private readonly float[][] _scratch;
    private readonly TreeSum[] _sums;
    private readonly int[] _turn;
    private readonly int _length;

    /// <summary>Makes an exchange for one training.</summary>
    /// <param name="shards">Number of shards, a power of two.</param>
    /// <param name="length">Number of values a call.</param>
    /// <exception cref="ArgumentException">The number of shards is no power of two, or the length is negative.</exception>
    public SharedMemoryExchange(int shards, int length)
    {
        if (shards < 1 || !int.IsPow2(shards))
            throw new ArgumentException($"{shards} shards were given; the number must be a power of two.", nameof(shards));
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Shards = shards;
        _length = length;
        _barrier = new ShardBarrier(shards);
        _published = [Buffers(), Buffers()];
        _scratch = Buffers();
        _sums = [.. Enumerable.Range(0, shards).Select(_ => new TreeSum(length, shards))];
        _turn = new int[shards];

        float[][] Buffers() => [.. Enumerable.Range(0, shards).Select(_ => new float[length])];
    }

    /// <inheritdoc/>
    public int Shards { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The rank is not in range, or the number of values is not the exchange's.</exception>
    public void AllReduce(int rank, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, Shards);
        if (values.Length != _length)
            throw new ArgumentException($"{values.Length} values were given; the exchange sums {_length}.", nameof(values));
        var published = _published[_turn[rank]];
        _turn[rank] ^= 1;
        values.CopyTo(published[rank]);
        _barrier.Meet(rank);
        var scratch = _scratch[rank].AsSpan();
        foreach (var addend in published)
        {
            addend.CopyTo(scratch);
            _sums[rank].Add(scratch);
        }

        _sums[rank].Sum.CopyTo(values);
    }

    /// <inheritdoc/>
    public void Abort(Exception reason) => _barrier.Abort(reason);

    /// <summary>Frees the barrier; every shard must have left.</summary>
    public void Dispose() => _barrier.Dispose();
}
