namespace Orleans.MLOps.Experiments;

/// <summary>A search over logged models.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.logged-model-query")]
public sealed record LoggedModelQuery
{
    /// <summary>Only these experiments, at most 50000; all if empty.</summary>
    [Id(0)]
    public long[] ExperimentIds { get; init; } = [];

    /// <summary>MLflow's filter grammar over attributes, metrics, params and tags; all if absent.</summary>
    [Id(1)]
    public string? Filter { get; init; }

    /// <summary>Conditions on metrics look at values on these datasets only; without such a condition, models that have a metric on one of them.</summary>
    [Id(2)]
    public DatasetReference[] Datasets { get; init; } = [];

    /// <summary>Default newest first.</summary>
    [Id(3)]
    public LoggedModelOrder[] OrderBy { get; init; } = [];

    /// <summary>At most this many, 1 to 1000; default 50. A page of about 3 MB ends earlier, with a token.</summary>
    [Id(4)]
    public int Limit { get; init; } = 50;

    /// <summary>Continues a search.</summary>
    [Id(5)]
    public string? PageToken { get; init; }
}
