namespace Orleans.MLOps.Models;

/// <summary>A search over the registered models of a project.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.model-query")]
public sealed record ModelQuery
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>Filter in MLflow's grammar over name and tags; all models if absent.</summary>
    [Id(1)]
    public string? Filter { get; init; }

    /// <summary>Such as <c>name DESC</c>: name, creation_timestamp, last_updated_timestamp; default by name.</summary>
    [Id(2)]
    public string[] OrderBy { get; init; } = [];

    /// <summary>At most this many, 1 to 1000; default 100. A page of about 3 MB ends earlier, with a token.</summary>
    [Id(3)]
    public int Limit { get; init; } = 100;

    /// <summary>Continues a search.</summary>
    [Id(4)]
    public string? PageToken { get; init; }
}
