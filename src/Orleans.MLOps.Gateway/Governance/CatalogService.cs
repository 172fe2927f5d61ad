using Grpc.Core;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Governance;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Gateway.Governance;

internal sealed class CatalogService(IMlopsClient client) : W.Catalog.CatalogBase
{
    public override async Task<W.CatalogPage> List(W.CatalogQuery request, ServerCallContext context) =>
        RecordMapper<CatalogPage, W.CatalogPage>.ToMessage(await client.Catalog.ListAsync(
            RecordMapper<CatalogQuery, W.CatalogQuery>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));
}
