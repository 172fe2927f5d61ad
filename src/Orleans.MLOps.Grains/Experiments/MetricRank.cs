namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Which of two points of a metric is the latest: the higher step, then timestamp, then value; NaN is the lowest value.</summary>
/// <param name="Step">The step.</param>
/// <param name="Time">Microseconds since 1970.</param>
/// <param name="Value">The value.</param>
internal readonly record struct MetricRank(long Step, long Time, double Value) : IComparable<MetricRank>
{
    public bool IsNan => double.IsNaN(Value);

    /// <summary>The value as tables hold it.</summary>
    public double? Number => IsNan ? null : Value;

    // double.CompareTo puts NaN below every number.
    public int CompareTo(MetricRank other) => (Step, Time, Value).CompareTo((other.Step, other.Time, other.Value));
}
