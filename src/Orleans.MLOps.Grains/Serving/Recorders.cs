using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>The recorders of all silos.</summary>
internal sealed class Recorders(Recorder here, SiloDirectory silos, IGrainFactory grains, PlatformClock clock)
{
    /// <summary>A silo that takes longer is as good as away: what it has not sealed by then, no caller was answered from the log.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    /// <summary>Seals what any silo has recorded for an endpoint, so that the logs hold it; silos that do not answer are left out.</summary>
    public async Task SealAsync(EndpointKey endpoint, CancellationToken cancellationToken)
    {
        await here.SealAsync(endpoint);
        if (!silos.IsAlone)
        {
            await Task.WhenAll(silos.Others().Select(silo => SealAsync(silo, endpoint, cancellationToken)));
        }
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
        }
    }
}
