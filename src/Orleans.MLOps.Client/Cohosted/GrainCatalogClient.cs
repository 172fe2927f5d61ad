using Orleans.MLOps.Governance;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainCatalogClient(KnownGrains grains, GrainCalls calls) : ICatalogClient
{
    public Task<CatalogPage> ListAsync(CatalogQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => grains.Get<ICatalogGrain>(ServiceGrainKeys.Catalog(query.Kind)).List(query, cancellationToken), cancellationToken);
    }
}
