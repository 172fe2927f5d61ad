namespace Orleans.MLOps.Experiments;

/// <summary>A search over runs; all conditions must hold.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.run-query")]
public sealed record RunQuery
{
    /// <summary>Only these experiments; all if empty.</summary>
    [Id(0)]
    public long[] ExperimentIds { get; init; } = [];

    /// <summary>The conditions.</summary>
    [Id(1)]
    public RunCondition[] Conditions { get; init; } = [];

    /// <summary>Sort by the latest value of this metric; otherwise newest first.</summary>
    [Id(2)]
    public string? OrderByMetric { get; init; }

    /// <summary>Sort ascending; default descending.</summary>
    [Id(3)]
    public bool Ascending { get; init; }

    /// <summary>At most this many, 1 to 1000; default 100.</summary>
    [Id(4)]
    public int Limit { get; init; } = 100;

    /// <summary>Continues a search.</summary>
    [Id(5)]
    public string? PageToken { get; init; }
}
