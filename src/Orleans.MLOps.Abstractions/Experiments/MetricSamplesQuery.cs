namespace Orleans.MLOps.Experiments;

/// <summary>Asks for a metric's curve with at most so many points.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.metric-samples-query")]
public sealed record MetricSamplesQuery
{
    /// <summary>The run.</summary>
    [Id(0)]
    public required string RunId { get; init; }

    /// <summary>The metric.</summary>
    [Id(1)]
    public required string Key { get; init; }

    /// <summary>At most this many, 4 to 10000; default 1000.</summary>
    [Id(2)]
    public int Points { get; init; } = 1000;

    /// <summary>The first step; from the start if absent.</summary>
    [Id(3)]
    public long? FromStep { get; init; }

    /// <summary>The last step; to the end if absent.</summary>
    [Id(4)]
    public long? ToStep { get; init; }
}
