using System.Collections.Concurrent;
using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// The routes this silo has loaded. A change made in this silo is seen by the next request; one made elsewhere within
/// <see cref="MaximumAge"/>. A request keeps the route it started with, so none mixes two revisions. While the endpoint cannot be asked,
/// because its silo or the database is away, the last route known serves on for <see cref="MaximumStaleness"/>.
/// </summary>
internal sealed class RouteTable(IGrainFactory grains, ModelCache models, PlatformClock clock)
{
    public static readonly TimeSpan MaximumAge = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan MaximumStaleness = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<EndpointKey, (Route Route, long CheckedAt)> _routes = new();
    private long _invalidations;

    /// <summary>The route of an endpoint, of a revision that is at least the one asked for.</summary>
    /// <exception cref="InvalidInputException">The endpoint has not come to that revision.</exception>
    public ValueTask<Route> GetAsync(EndpointKey key, int minimumRevision = 0) =>
        _routes.TryGetValue(key, out var entry) && clock.WallTime.GetElapsedTime(entry.CheckedAt) < MaximumAge && entry.Route.Endpoint.Revision >= minimumRevision
            ? new(entry.Route)
            : new(RefreshAsync(key, minimumRevision));

    public void Invalidate(EndpointKey key)
    {
        Interlocked.Increment(ref _invalidations);
        _routes.TryRemove(key, out _);
    }

    private async Task<Route> RefreshAsync(EndpointKey key, int minimumRevision)
    {
        var (checkedAt, invalidations) = (clock.WallTime.GetTimestamp(), Interlocked.Read(ref _invalidations));
        EndpointInfo endpoint;
        try
        {
            endpoint = await grains.GetGrain<IEndpointGrain>(key.ToString()).Get();
        }
        catch (Exception error) when (TransientErrors.IsTransient(error)
            && _routes.TryGetValue(key, out var last) && last.Route.Endpoint.Revision >= minimumRevision && clock.WallTime.GetElapsedTime(last.CheckedAt) < MaximumStaleness)
        {
            return last.Route;
        }

        if (endpoint.Revision < minimumRevision)
        {
            throw new InvalidInputException($"minimum_revision is {minimumRevision}; endpoint '{endpoint.Name}' has come to revision {endpoint.Revision}.", "minimum_revision");
        }

        var route = _routes.TryGetValue(key, out var entry) && entry.Route.Endpoint.Revision == endpoint.Revision
            ? entry.Route
            : await LoadAsync(endpoint);
        if (invalidations == Interlocked.Read(ref _invalidations))
        {
            // Otherwise the endpoint may have changed meanwhile, and the next request must ask again.
            _routes[key] = (route, checkedAt);
        }

        return route;
    }

    private async Task<Route> LoadAsync(EndpointInfo endpoint)
    {
        var loaded = await Task.WhenAll(endpoint.Variants.Select(variant =>
            models.GetAsync(new ModelVersionKey(endpoint.Project, endpoint.Model, variant.Version))));
        var view = endpoint.FeatureView is null
            ? null
            : await grains.GetGrain<IFeatureViewGrain>(new FeatureViewKey(endpoint.Project, endpoint.FeatureView).ToString()).Get(endpoint.FeatureViewVersion);
        return new Route(endpoint, loaded, view?.Definition);
    }
}
