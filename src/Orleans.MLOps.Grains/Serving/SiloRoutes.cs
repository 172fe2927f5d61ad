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

    public Task FollowAsync(EndpointKey endpoint, EndpointInfo? changed) => Task.WhenAll(silos.Others().Select(silo => FollowAsync(silo, endpoint, changed)));

    private async Task FollowAsync(SiloAddress silo, EndpointKey endpoint, EndpointInfo? changed)
    {
        try
        {
            await grains.GetGrain<IRouteTableGrain>(new SiloKey(silo.ToParsableString()).ToString()).Follow(endpoint.ToString(), changed).WaitAsync(Longest, clock.WallTime);
        }
        catch (Exception error)
        {
            LogBehind(silo, endpoint.Name, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silo {Silo} did not follow a change of endpoint '{Endpoint}' in time; it asks by itself")]
    private partial void LogBehind(SiloAddress silo, string endpoint, Exception error);
}
