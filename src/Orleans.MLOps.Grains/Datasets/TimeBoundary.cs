namespace Orleans.MLOps.Grains.Datasets;

/// <summary>
/// Chooses the first instant of the test side from instants in ascending order: rows of one instant stay together, both sides get rows,
/// and the training share comes as near to the one wanted as that allows (of two equally near the earlier).
/// </summary>
internal sealed class TimeBoundary(long rows, double trainFraction)
{
    private long _before;
    private double _distance = double.PositiveInfinity;

    /// <summary>The instant chosen, in microseconds since 1970; null while all rows are of one instant.</summary>
    public long? Instant { get; private set; }

    /// <summary>Adds the next instant and how many rows have it.</summary>
    public void Add(long instant, long count)
    {
        var distance = Math.Abs(_before - (rows * trainFraction));
        if (_before > 0 && distance < _distance)
        {
            (Instant, _distance) = (instant, distance);
        }

        _before += count;
    }
}
