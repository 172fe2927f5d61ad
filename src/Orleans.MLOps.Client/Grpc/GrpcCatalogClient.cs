using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Governance;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Grpc;

internal sealed class GrpcCatalogClient(W.Catalog.CatalogClient client, GrpcCalls calls) : ICatalogClient
{
    public async Task<CatalogPage> ListAsync(CatalogQuery query, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<CatalogQuery, W.CatalogQuery>.ToMessage(query);
        return RecordMapper<CatalogPage, W.CatalogPage>.ToRecord(
            await calls.RepeatAsync(client.ListAsync, request, cancellationToken).ConfigureAwait(false));
    }
}
