namespace Orleans.MLOps.Experiments;

/// <summary>A metric's curve by step. Where points were left out, each bucket of steps keeps its first, lowest, highest and last one.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.metric-samples")]
public sealed record MetricSamples
{
    /// <summary>By step, then timestamp.</summary>
    [Id(0)]
    public MetricPoint[] Points { get; init; } = [];

    /// <summary>How many points the range holds.</summary>
    [Id(1)]
    public long Total { get; init; }
}
