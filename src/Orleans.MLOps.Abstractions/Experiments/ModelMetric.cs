namespace Orleans.MLOps.Experiments;

/// <summary>The newest value of a metric of a logged model.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.model-metric")]
public sealed record ModelMetric
{
    /// <summary>The run that logged it.</summary>
    [Id(0)]
    public required string RunId { get; init; }

    /// <summary>The point.</summary>
    [Id(1)]
    public required MetricPoint Point { get; init; }
}
