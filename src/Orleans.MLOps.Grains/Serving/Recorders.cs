using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>The recorders of all silos.</summary>
internal sealed class Recorders(Recorder here, SiloDirectory silos, IGrainFactory grains, PlatformClock clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Makes the caller's attempt at a named request the only one that may still be recorded, wherever earlier ones are on their way, and seals
    /// what any silo has recorded for the endpoint, so that the logs hold it. What a dead silo has not sealed, it never can (<see cref="Storage.Logs.ILogFence"/>).
    /// </summary>
    /// <returns>The claim, which goes with the rows to the recorder; another claim ends it.</returns>
    /// <exception cref="UnavailableException">A silo does not answer and is not dead yet: it may still record or seal something.</exception>
    public async Task<long> ClaimAsync(EndpointKey endpoint, Guid operation, CancellationToken cancellationToken)
    {
        var claim = await here.ClaimAsync(endpoint, operation);
        await Task.WhenAll((await silos.OthersInTableAsync()).Select(silo => ClaimAsync(silo, endpoint, operation, cancellationToken)));
        return claim;
    }

    private async Task ClaimAsync(SiloAddress silo, EndpointKey endpoint, Guid operation, CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetGrain<IRecorderGrain>(new SiloKey(silo.ToParsableString()).ToString()).Claim(endpoint.ToString(), operation, cancellationToken)
                .WaitAsync(Longest, clock.WallTime, cancellationToken);
        }
        catch (Exception error) when (TransientErrors.IsTransient(error))
        {
            if ((await silos.OthersInTableAsync()).Contains(silo))
            {
                throw new UnavailableException($"Silo {silo} does not say whether it has answered this request before; repeat the call.", inner: error);
            }
        }
    }
}
