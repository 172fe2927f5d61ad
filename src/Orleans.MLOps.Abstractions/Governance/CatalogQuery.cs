namespace Orleans.MLOps.Governance;

/// <summary>A listing request. Results come newest first.</summary>
[GenerateSerializer, Immutable, Alias("mlops.governance.catalog-query")]
public sealed record CatalogQuery
{
    /// <summary>The kind of entity: dataset, dataset-version, view, model, model-version, job, endpoint, alert, retraining-request, pipeline, pipeline-run, scoring-job.</summary>
    [Id(0)]
    public required string Kind { get; init; }

    /// <summary>Only this project.</summary>
    [Id(1)]
    public string? Project { get; init; }

    /// <summary>Only entities of this name.</summary>
    [Id(2)]
    public string? Name { get; init; }

    /// <summary>Only entities of this status.</summary>
    [Id(3)]
    public string? Status { get; init; }

    /// <summary>Only entities with this parent key.</summary>
    [Id(4)]
    public string? Parent { get; init; }

    /// <summary>At most this many, 1 to 1000; default 100.</summary>
    [Id(5)]
    public int Limit { get; init; } = 100;

    /// <summary>Continues a listing.</summary>
    [Id(6)]
    public string? PageToken { get; init; }
}
