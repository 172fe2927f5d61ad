using Microsoft.Extensions.Logging;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// Brings a change of an endpoint to every silo that answers it before the change is acknowledged, so that afterwards no answer comes from what was
/// before. A silo that does not follow in time is not waited for: it asks by itself within <see cref="RouteTable.MaximumAge"/>.
/// </summary>
internal sealed partial class SiloRoutes(SiloDirectory silos, IGrainFactory grains, PlatformClock clock, ILogger<SiloRoutes> logger)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>Loading may take long, and meanwhile everything is answered as before.</summary>
    private static readonly TimeSpan LongestLoad = TimeSpan.FromMinutes(2);

    /// <summary>Every silo that answers the endpoint loads what is about to be served. One that cannot be reached is not waited for.</summary>
    /// <exception cref="FailedPreconditionException">A silo cannot load it.</exception>
    public Task PrepareAsync(EndpointKey endpoint, EndpointInfo next) => Task.WhenAll(silos.Others().Select(silo => PrepareAsync(silo, endpoint, next)));

    public Task FollowAsync(EndpointKey endpoint, EndpointInfo? changed) => Task.WhenAll(silos.Others().Select(silo => FollowAsync(silo, endpoint, changed)));

    private async Task PrepareAsync(SiloAddress silo, EndpointKey endpoint, EndpointInfo next)
    {
        try
        {
            await TableOf(silo).Prepare(endpoint.ToString(), next).WaitAsync(LongestLoad, clock.WallTime);
        }
        catch (Exception error) when (TransientErrors.IsTransient(error))
        {
            LogUnprepared(silo, endpoint.Name, error);
        }
        catch (Exception error)
        {
            throw new FailedPreconditionException(
                $"Silo {silo}, which answers endpoint '{endpoint.Name}' too, cannot load what it is about to serve; what is served stays. {error.Message}", "endpoint", error);
        }
    }

    private async Task FollowAsync(SiloAddress silo, EndpointKey endpoint, EndpointInfo? changed)
    {
        try
        {
            await TableOf(silo).Follow(endpoint.ToString(), changed).WaitAsync(Longest, clock.WallTime);
        }
        catch (Exception error)
        {
            LogBehind(silo, endpoint.Name, error);
        }
    }

    private IRouteTableGrain TableOf(SiloAddress silo) => grains.GetGrain<IRouteTableGrain>(new SiloKey(silo.ToParsableString()).ToString());

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silo {Silo} did not load in time what endpoint '{Endpoint}' is about to serve")]
    private partial void LogUnprepared(SiloAddress silo, string endpoint, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silo {Silo} did not follow a change of endpoint '{Endpoint}' in time; it asks by itself")]
    private partial void LogBehind(SiloAddress silo, string endpoint, Exception error);
}
