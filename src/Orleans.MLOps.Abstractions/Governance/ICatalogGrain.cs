using Orleans.Concurrency;

namespace Orleans.MLOps.Governance;

/// <summary>Listings of one room over the tables; stateless and read-only. Key: <c>catalog/kind</c>.</summary>
[Alias("mlops.governance.catalog-grain")]
public interface ICatalogGrain : IGrainWithStringKey
{
    /// <summary>One page of entities, newest first. Refuses a limit outside 1 to 1000 and a token that is not its own.</summary>
    [ReadOnly]
    [Alias("list")]
    Task<CatalogPage> List(CatalogQuery query, CancellationToken cancellationToken = default);
}
