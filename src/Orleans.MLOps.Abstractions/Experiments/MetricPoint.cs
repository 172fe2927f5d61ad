namespace Orleans.MLOps.Experiments;

/// <summary>One value of one metric. The same key, step, timestamp and value again are the same point.</summary>
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

    /// <summary>The logged model that it measures.</summary>
    [Id(4)]
    public string? ModelId { get; init; }

    /// <summary>The dataset that it was measured on.</summary>
    [Id(5)]
    public string? DatasetName { get; init; }

    /// <summary>That dataset's digest.</summary>
    [Id(6)]
    public string? DatasetDigest { get; init; }
}
