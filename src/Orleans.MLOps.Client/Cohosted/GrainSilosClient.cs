using Orleans.MLOps.Governance;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainSilosClient(KnownGrains grains, GrainCalls calls) : ISilosClient
{
    public Task<SiloInfo[]> ListAsync(CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => grains.Get<ISilosGrain>(ServiceGrainKeys.Silos).List(cancellationToken), cancellationToken);
}
