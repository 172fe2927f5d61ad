namespace Orleans.MLOps.Experiments;

/// <summary>A search over experiments.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.experiment-query")]
public sealed record ExperimentQuery
{
    /// <summary>The project; default "default".</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>MLflow's filter grammar over name, creation_time, last_update_time (milliseconds) and tags; all if absent.</summary>
    [Id(1)]
    public string? Filter { get; init; }

    /// <summary>Such as <c>name ASC</c>; default newest first.</summary>
    [Id(2)]
    public string[] OrderBy { get; init; } = [];

    /// <summary>Which lifecycles; default active ones.</summary>
    [Id(3)]
    public LifecycleView View { get; init; }

    /// <summary>At most this many, 1 to 50000; default 100. A page of about 3 MB ends earlier, with a token.</summary>
    [Id(4)]
    public int Limit { get; init; } = 100;

    /// <summary>Continues a search.</summary>
    [Id(5)]
    public string? PageToken { get; init; }
}
