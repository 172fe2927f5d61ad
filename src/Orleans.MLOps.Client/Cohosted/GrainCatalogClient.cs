using Orleans.MLOps.Governance;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainCatalogClient(IGrainFactory grains, GrainCalls calls) : ICatalogClient
{
    public Task<CatalogPage> ListAsync(CatalogQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => grains.GetGrain<ICatalogGrain>(ServiceGrainKeys.Catalog(query.Kind)).List(query, cancellationToken), cancellationToken);
    }
}
