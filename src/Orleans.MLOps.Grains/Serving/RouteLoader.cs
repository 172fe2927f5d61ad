using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// Loads the routes of this silo. A revision that cannot be loaded here is tried again at growing distances, however many ask for it, and meanwhile refused
/// with its reason: the change to it was acknowledged, so nothing that was before may answer.
/// </summary>
internal sealed partial class RouteLoader(IGrainFactory grains, ModelCache models, RouteServices services, PlatformClock clock, ILogger<RouteLoader> logger)
{
    private readonly ConcurrentDictionary<EndpointKey, EndpointTraffic> _traffic = new();

    /// <summary>What could not be loaded last, by endpoint; the versions are those of the endpoints' plans, their revisions.</summary>
    private readonly ConcurrentDictionary<EndpointKey, LoadFailure> _failures = new();

    /// <summary>Whether a revision could not be loaded here.</summary>
    public bool HasFailed(EndpointKey key, int revision) => _failures.TryGetValue(key, out var failure) && failure.Version == revision;

    /// <exception cref="MLOpsException">A version cannot be loaded.</exception>
    public async Task<Route> LoadAsync(EndpointKey key, EndpointInfo endpoint)
    {
        var view = endpoint.FeatureView is null
            ? null
            : await grains.GetGrain<IFeatureViewGrain>(new FeatureViewKey(endpoint.Project, endpoint.FeatureView).ToString()).Get(endpoint.FeatureViewVersion);
        var leases = await models.LeaseAllAsync(endpoint);
        try
        {
            var route = new Route(endpoint, leases, view?.Definition, _traffic.GetOrAdd(key, static (_, time) => new EndpointTraffic(time), clock.WallTime), services);
            _failures.TryRemove(key, out _);
            return route;
        }
        catch
        {
            Array.ForEach(leases, lease => lease.Dispose());
            throw;
        }
    }

    /// <summary>The new route; the one before while something that the new one needs cannot be reached, which is tried again at the next check.</summary>
    /// <exception cref="UnavailableException">The revision cannot be loaded here.</exception>
    public async Task<Route> LoadOrKeepAsync(EndpointKey key, EndpointInfo endpoint, Route? before)
    {
        var failed = _failures.TryGetValue(key, out var last) && last.Version == endpoint.Revision ? last : null;
        if (failed?.NextAttemptAt > clock.WallNow)
        {
            throw Refusal(endpoint, failed, null);
        }

        try
        {
            return await LoadAsync(key, endpoint);
        }
        catch (Exception error) when (TransientErrors.IsTransient(error) && before is not null)
        {
            LogKept(endpoint.Name, endpoint.Revision, before.Endpoint.Revision, error);
            return before;
        }
        catch (Exception error) when (!TransientErrors.IsTransient(error) && error is not OperationCanceledException)
        {
            failed = LoadAttempts.Fail(failed, endpoint.Revision, error.Message, clock.WallNow);
            _failures[key] = failed;
            LogNotLoaded(endpoint.Name, endpoint.Revision, failed.Attempts, failed.NextAttemptAt, error);
            throw Refusal(endpoint, failed, error);
        }
    }

    private static UnavailableException Refusal(EndpointInfo endpoint, LoadFailure failed, Exception? error) =>
        new($"Endpoint '{endpoint.Name}' cannot answer here: its revision {failed.Version} could not be loaded and is tried again at {failed.NextAttemptAt:u}. {failed.Reason}", "endpoint", error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What revision {Revision} of endpoint '{Endpoint}' needs cannot be reached; revision {Kept} answers on")]
    private partial void LogKept(string endpoint, int revision, int kept, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Revision {Revision} of endpoint '{Endpoint}' cannot be loaded here (attempt {Attempts}); it is tried again at {NextAttemptAt}")]
    private partial void LogNotLoaded(string endpoint, int revision, int attempts, DateTimeOffset nextAttemptAt, Exception error);
}
