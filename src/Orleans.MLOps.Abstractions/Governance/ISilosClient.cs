namespace Orleans.MLOps.Governance;

/// <summary>The cluster's silos through the SDK.</summary>
public interface ISilosClient
{
    /// <summary>The silos that have not died, by address; an embedded node lists itself. One that does not answer is listed without its capacity.</summary>
    Task<SiloInfo[]> ListAsync(CancellationToken cancellationToken = default);
}
