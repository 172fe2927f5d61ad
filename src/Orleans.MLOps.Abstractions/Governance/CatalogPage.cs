namespace Orleans.MLOps.Governance;

/// <summary>One page of a listing.</summary>
[GenerateSerializer, Immutable, Alias("mlops.governance.catalog-page")]
public sealed record CatalogPage
{
    /// <summary>The entities, newest first.</summary>
    [Id(0)]
    public CatalogEntry[] Entries { get; init; } = [];

    /// <summary>Continues the listing; absent at its end.</summary>
    [Id(1)]
    public string? NextPageToken { get; init; }
}
