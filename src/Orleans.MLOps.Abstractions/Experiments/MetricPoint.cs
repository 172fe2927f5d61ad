namespace Orleans.MLOps.Experiments;

/// <summary>One value of one metric.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.metric-point")]
public sealed record MetricPoint
{
    /// <summary>The metric's name.</summary>
    [Id(0)]
    public required string Key { get; init; }

    /// <summary>The value; NaN and infinities are kept.</summary>
    [Id(1)]
    public double Value { get; init; }

    /// <summary>The step; default 0.</summary>
    [Id(2)]
    public long Step { get; init; }

    /// <summary>When it was measured.</summary>
    [Id(3)]
    public DateTimeOffset Timestamp { get; init; }
}
