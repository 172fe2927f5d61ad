using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Governance;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Grpc;

internal sealed class GrpcSilosClient(W.Silos.SilosClient client, GrpcCalls calls) : ISilosClient
{
    public async Task<SiloInfo[]> ListAsync(CancellationToken cancellationToken = default)
    {
        var reply = await calls.RepeatAsync(client.ListAsync, new W.ListSilosRequest(), cancellationToken).ConfigureAwait(false);
        return [.. reply.Silos.Select(silo => RecordMapper<SiloInfo, W.SiloInfo>.ToRecord(silo))];
    }
}
