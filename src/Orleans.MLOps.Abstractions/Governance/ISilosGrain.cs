using Orleans.Concurrency;

namespace Orleans.MLOps.Governance;

/// <summary>The silos of the cluster; stateless and read-only. Key: <c>silos/all</c>.</summary>
[Alias("mlops.governance.silos-grain")]
public interface ISilosGrain : IGrainWithStringKey
{
    /// <summary>The silos that have not died, by address. One that does not answer is listed without its capacity.</summary>
    [ReadOnly]
    [Alias("list")]
    Task<SiloInfo[]> List(CancellationToken cancellationToken = default);
}
