namespace Orleans.MLOps.Experiments;

/// <summary>A search over runs.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.run-query")]
public sealed record RunQuery
{
    /// <summary>Only these experiments, at most 50000; all if empty.</summary>
    [Id(0)]
    public long[] ExperimentIds { get; init; } = [];

    /// <summary>MLflow's filter grammar, such as <c>metrics.loss &lt; 0.4 AND params.depth = '3'</c>; all if absent. <see cref="FilterText"/> quotes names and values.</summary>
    [Id(1)]
    public string? Filter { get; init; }

    /// <summary>Such as <c>metrics.loss ASC</c>; then newest first. Numbers come before NaN, NaN before runs without the metric, in both directions.</summary>
    [Id(2)]
    public string[] OrderBy { get; init; } = [];

    /// <summary>Which lifecycles; default active runs of active experiments.</summary>
    [Id(3)]
    public LifecycleView View { get; init; }

    /// <summary>Leaves out packages, params, tags, metrics, inputs and outputs; default false.</summary>
    [Id(4)]
    public bool InfoOnly { get; init; }

    /// <summary>At most this many, 1 to 50000; default 100. A page of about 3 MB ends earlier, with a token.</summary>
    [Id(5)]
    public int Limit { get; init; } = 100;

    /// <summary>Continues a search, also while runs are added.</summary>
    [Id(6)]
    public string? PageToken { get; init; }
}
