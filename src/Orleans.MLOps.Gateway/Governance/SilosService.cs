using Grpc.Core;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Governance;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Gateway.Governance;

internal sealed class SilosService(IMlopsClient client) : W.Silos.SilosBase
{
    public override async Task<W.ListSilosReply> List(W.ListSilosRequest request, ServerCallContext context)
    {
        var silos = await client.Silos.ListAsync(context.CancellationToken).ConfigureAwait(false);
        return new() { Silos = { silos.Select(RecordMapper<SiloInfo, W.SiloInfo>.ToMessage) } };
    }
}
