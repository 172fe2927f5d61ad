namespace Orleans.MLOps.Experiments;

/// <summary>Points of one metric.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.metric-history")]
public sealed record MetricHistory
{
    /// <summary>In commit order.</summary>
    [Id(0)]
    public MetricPoint[] Points { get; init; } = [];

    /// <summary>Continues the history.</summary>
    [Id(1)]
    public long LastSequence { get; init; }
}
