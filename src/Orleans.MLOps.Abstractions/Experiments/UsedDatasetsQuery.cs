namespace Orleans.MLOps.Experiments;

/// <summary>Asks which datasets active runs of active experiments used.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.used-datasets-query")]
public sealed record UsedDatasetsQuery
{
    /// <summary>Only these experiments, at most 50000; all if empty.</summary>
    [Id(0)]
    public long[] ExperimentIds { get; init; } = [];

    /// <summary>At most this many, 1 to 1000; default 1000.</summary>
    [Id(1)]
    public int Limit { get; init; } = 1000;
}
