namespace Orleans.MLOps.Experiments;

/// <summary>Points of one metric.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.metric-history")]
public sealed record MetricHistory
{
    /// <summary>In the order asked for.</summary>
    [Id(0)]
    public MetricPoint[] Points { get; init; } = [];

    /// <summary>Continues a history in commit order, which has ended when a page has no points.</summary>
    [Id(1)]
    public long LastSequence { get; init; }

    /// <summary>Continues a history by time; absent at its end.</summary>
    [Id(2)]
    public string? NextPageToken { get; init; }
}
