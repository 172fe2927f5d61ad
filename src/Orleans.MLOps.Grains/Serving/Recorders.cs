using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>The recorders of all silos.</summary>
internal sealed class Recorders(Recorder here, SiloDirectory silos, IGrainFactory grains, PlatformClock clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    /// <summary>Seals what any silo has recorded for an endpoint, so that the logs hold it. What a dead silo has not sealed, it never can (<see cref="Storage.Logs.ILogFence"/>).</summary>
    /// <exception cref="UnavailableException">A silo does not answer and is not dead yet: it may still seal something.</exception>
    public async Task SealAsync(EndpointKey endpoint, CancellationToken cancellationToken)
    {
        await here.SealAsync(endpoint);
        await Task.WhenAll(silos.Others().Select(silo => SealAsync(silo, endpoint, cancellationToken)));
    }

    private async Task SealAsync(SiloAddress silo, EndpointKey endpoint, CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetGrain<IRecorderGrain>(new SiloKey(silo.ToParsableString()).ToString()).Seal(endpoint.ToString(), cancellationToken)
                .WaitAsync(Longest, clock.WallTime, cancellationToken);
        }
        catch (Exception error) when (TransientErrors.IsTransient(error))
        {
            if (silos.Others().Contains(silo))
            {
                throw new UnavailableException($"Silo {silo} does not say whether it has answered this request before; repeat the call.", inner: error);
            }
        }
    }
}
