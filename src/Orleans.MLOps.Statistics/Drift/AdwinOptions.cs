namespace Orleans.MLOps.Statistics.Drift;

/// <summary>Settings of <see cref="Adwin"/>; the defaults are those of River 0.24.2.</summary>
public sealed record AdwinOptions
{
    /// <summary>Bound on the probability of a false alarm for each test, above 0 and below 1. Default: 0.002.</summary>
    public double Delta { get; init; } = 0.002;

    /// <summary>Updates between two tests, at least 1. Default: 32 (larger is faster and later).</summary>
    public int Clock { get; init; } = 32;

    /// <summary>Buckets of each size before the two oldest are merged, 1 to 1000. Default: 5.</summary>
    public int MaxBuckets { get; init; } = 5;

    /// <summary>Values that each side of a cut must hold, at least 1. Default: 5.</summary>
    public int MinWindowLength { get; init; } = 5;

    /// <summary>No test while the window holds this many values or fewer, at least 0. Default: 10.</summary>
    public int GracePeriod { get; init; } = 10;

    internal void Validate()
    {
        if (!(Delta is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(Delta), Delta, "Delta must be above 0 and below 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(Clock, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBuckets, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxBuckets, 1000);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinWindowLength, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(GracePeriod);
    }
}
