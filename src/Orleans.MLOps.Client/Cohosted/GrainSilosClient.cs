using Orleans.MLOps.Governance;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainSilosClient(IGrainFactory grains, GrainCalls calls) : ISilosClient
{
    public Task<SiloInfo[]> ListAsync(CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => grains.GetGrain<ISilosGrain>(ServiceGrainKeys.Silos).List(cancellationToken), cancellationToken);
}
