using System.Collections.Concurrent;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// The routes this silo has loaded. A change made in this silo is seen by the next request; one made elsewhere within
/// <see cref="MaximumAge"/>. A request keeps the route it started with, so none mixes two revisions. While the endpoint cannot be asked,
/// because its silo or the database is away, the last route known serves on for <see cref="MaximumStaleness"/>.
/// </summary>
internal sealed class RouteTable(IGrainFactory grains, ModelCache models, RouteLoader loader, PlatformClock clock)
{
    public static readonly TimeSpan MaximumAge = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan MaximumStaleness = TimeSpan.FromMinutes(2);

    /// <summary>So far apart are the checks for a revision that the route known here has not come to, however many ask for one.</summary>
    private static readonly TimeSpan RecheckEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>So long requests wait for what an endpoint says about the route that they would take.</summary>
    private static readonly TimeSpan RefreshPatience = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<EndpointKey, (Route Route, long CheckedAt)> _routes = new();
    private readonly ConcurrentDictionary<EndpointKey, Lazy<Task<(Route Route, long CheckedAt)>>> _rechecks = new();
    private readonly ConcurrentDictionary<(EndpointKey Endpoint, long Invalidations), (Lazy<Task<Route>> Route, long BeganAt)> _refreshes = new();
    private readonly ConcurrentDictionary<EndpointKey, int> _heardOf = new();
    private readonly PreparedModels _prepared = new(models, clock);
    private long _invalidations;

    /// <summary>The routes that this silo answers now.</summary>
    public IEnumerable<Route> Routes => _routes.Values.Select(entry => entry.Route);

    /// <summary>The route of an endpoint as it is known here; null when this silo does not answer it.</summary>
    public Route? Find(EndpointKey key) => _routes.TryGetValue(key, out var entry) ? entry.Route : null;

    /// <summary>Whether this silo answers an endpoint.</summary>
    public bool Knows(EndpointKey key) => _routes.ContainsKey(key);

    /// <summary>Enters the route of an endpoint; <see cref="Route.Leave"/> must follow.</summary>
    /// <exception cref="InvalidInputException">The endpoint has not come to that revision.</exception>
    public ValueTask<Route> EnterAsync(EndpointKey key, int minimumRevision = 0)
    {
        var isKnown = _routes.TryGetValue(key, out var entry) && entry.Route.Endpoint.Revision >= minimumRevision && IsFresh(entry.CheckedAt);
        return isKnown && entry.Route.TryEnter() ? new(entry.Route) : new(EnterSlowlyAsync(key, minimumRevision));
    }

    /// <summary>The route of an endpoint, of a revision that is at least the one asked for.</summary>
    /// <exception cref="InvalidInputException">The endpoint has not come to that revision.</exception>
    public ValueTask<Route> GetAsync(EndpointKey key, int minimumRevision = 0)
    {
        if (!_routes.TryGetValue(key, out var entry))
        {
            return new(RefreshAsync(key, minimumRevision));
        }

        if (entry.Route.Endpoint.Revision < minimumRevision)
        {
            return new(WaitForRevisionAsync(key, minimumRevision));
        }

        return IsFresh(entry.CheckedAt) ? new(entry.Route) : new(RefreshAsync(key, minimumRevision));
    }

    /// <summary>Loads what an endpoint is about to serve and keeps it loaded until the change comes, or for a while if it never does.</summary>
    /// <exception cref="MLOpsException">A version cannot be loaded here.</exception>
    public Task PrepareAsync(EndpointKey key, EndpointInfo next) => _prepared.LoadAsync(key, next);

    /// <summary>The endpoint was changed in another silo. A route that is not known here may be on its way, of what was before.</summary>
    public Task FollowAsync(EndpointKey key, EndpointInfo endpoint)
    {
        if (Knows(key))
        {
            return ReplaceAsync(key, endpoint);
        }

        HearOf(key, endpoint.Revision);
        Interlocked.Increment(ref _invalidations);
        return Task.CompletedTask;
    }

    /// <summary>The endpoint was changed in this silo: its next request meets the change. What is loaded stays until the new route stands.</summary>
    public async Task ReplaceAsync(EndpointKey key, EndpointInfo endpoint)
    {
        HearOf(key, endpoint.Revision);
        Interlocked.Increment(ref _invalidations);
        if (!_routes.TryGetValue(key, out var entry) || entry.Route.Endpoint.Revision < endpoint.Revision)
        {
            if (endpoint.UnloadedAt is not null)
            {
                Remove(key);
            }
            else
            {
                Put(key, await loader.LoadAsync(key, endpoint), clock.WallTime.GetTimestamp());
            }
        }

        _prepared.Release(key, endpoint.Revision);
    }

    /// <summary>The endpoint is gone, or unloaded.</summary>
    public void Remove(EndpointKey key)
    {
        Interlocked.Increment(ref _invalidations);
        _heardOf.TryRemove(key, out _);
        if (_routes.TryRemove(key, out var entry))
        {
            entry.Route.Retire();
        }
    }

    private void HearOf(EndpointKey key, int revision) => _heardOf.AddOrUpdate(key, revision, (_, heardOf) => Math.Max(heardOf, revision));

    private bool IsFresh(long checkedAt) => clock.WallTime.GetElapsedTime(checkedAt) < MaximumAge;

    private async Task<Route> EnterSlowlyAsync(EndpointKey key, int minimumRevision)
    {
        while (true)
        {
            var route = await GetAsync(key, minimumRevision);
            if (route.TryEnter())
            {
                return route;
            }
        }
    }

    /// <summary>Puts a route in its place, unless a later one stands there.</summary>
    private Route Put(EndpointKey key, Route route, long checkedAt)
    {
        while (true)
        {
            if (!_routes.TryGetValue(key, out var entry))
            {
                if (_routes.TryAdd(key, (route, checkedAt)))
                {
                    return route;
                }
            }
            else if (entry.Route != route && entry.Route.Endpoint.Revision >= route.Endpoint.Revision)
            {
                route.Retire();
                route = entry.Route;
            }
            else if (_routes.TryUpdate(key, (route, checkedAt), entry))
            {
                if (entry.Route != route)
                {
                    entry.Route.Retire();
                }

                return route;
            }
        }
    }

    private static Route Require(Route route, int minimumRevision) => route.Endpoint.Revision >= minimumRevision
        ? route
        : throw new InvalidInputException(
            $"minimum_revision is {minimumRevision}; endpoint '{route.Endpoint.Name}' has come to revision {route.Endpoint.Revision}.", "minimum_revision");

    /// <summary>
    /// All who find the route old share one question, unless a change came to this silo after it was asked. When the answer lets them wait, as that of a
    /// silo that was killed or cut off does, they go on with the route known here.
    /// </summary>
    private async Task<Route> RefreshAsync(EndpointKey key, int minimumRevision)
    {
        var question = (key, Interlocked.Read(ref _invalidations));
        var (refresh, beganAt) = _refreshes.GetOrAdd(
            question, asked => (new Lazy<Task<Route>>(() => RefreshOnceAsync(asked)), clock.WallTime.GetTimestamp()));
        if (!refresh.Value.IsCompleted
            && _routes.TryGetValue(key, out var last) && last.Route.Endpoint.Revision >= minimumRevision && clock.WallTime.GetElapsedTime(last.CheckedAt) < MaximumStaleness)
        {
            if (RefreshPatience - clock.WallTime.GetElapsedTime(beganAt) is var rest && rest > TimeSpan.Zero)
            {
                await ((Task)refresh.Value).WaitAsync(rest, clock.WallTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }

            // What has been changed to is loaded now, and is waited for: nothing old may answer after the change was acknowledged.
            if (!refresh.Value.IsCompleted && last.Route.Endpoint.Revision >= _heardOf.GetValueOrDefault(key))
            {
                return last.Route;
            }
        }

        var route = await refresh.Value;
        return route.Endpoint.Revision >= minimumRevision ? route : await WaitForRevisionAsync(key, minimumRevision);
    }

    private async Task<Route> RefreshOnceAsync((EndpointKey Endpoint, long Invalidations) question)
    {
        try
        {
            return await CheckAsync(question.Endpoint, 0);
        }
        finally
        {
            _refreshes.TryRemove(question, out _);
        }
    }

    /// <summary>All who ask for a later revision share one check; only one that began after they asked may refuse them.</summary>
    private async Task<Route> WaitForRevisionAsync(EndpointKey key, int minimumRevision)
    {
        var askedAt = clock.WallTime.GetTimestamp();
        while (true)
        {
            var recheck = _rechecks.GetOrAdd(key, endpoint => new Lazy<Task<(Route Route, long CheckedAt)>>(() => RecheckAsync(endpoint)));
            var (route, checkedAt) = await recheck.Value;
            if (route.Endpoint.Revision >= minimumRevision || checkedAt >= askedAt)
            {
                return Require(route, minimumRevision);
            }
        }
    }

    private async Task<(Route Route, long CheckedAt)> RecheckAsync(EndpointKey key)
    {
        try
        {
            if (_routes.TryGetValue(key, out var last) && RecheckEvery - clock.WallTime.GetElapsedTime(last.CheckedAt) is var rest && rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, clock.WallTime);
            }

            // The route known here is too old for everyone who waits, so it may not stand in for one that cannot be asked for.
            var checkedAt = clock.WallTime.GetTimestamp();
            return (await CheckAsync(key, int.MaxValue), checkedAt);
        }
        finally
        {
            _rechecks.TryRemove(key, out _);
        }
    }

    /// <summary>Asks the endpoint. While it cannot be asked, the last route known serves if its revision is at least the one given.</summary>
    private async Task<Route> CheckAsync(EndpointKey key, int minimumRevision)
    {
        var (checkedAt, invalidations) = (clock.WallTime.GetTimestamp(), Interlocked.Read(ref _invalidations));
        EndpointInfo endpoint;
        try
        {
            endpoint = await grains.GetGrain<IEndpointGrain>(key.ToString()).Get();
        }
        catch (NotFoundException)
        {
            Remove(key);
            throw;
        }
        catch (Exception error) when (TransientErrors.IsTransient(error)
            && _routes.TryGetValue(key, out var last) && last.Route.Endpoint.Revision >= minimumRevision && clock.WallTime.GetElapsedTime(last.CheckedAt) < MaximumStaleness)
        {
            return last.Route;
        }

        if (endpoint.Unconfirmed && _routes.TryGetValue(key, out var known) && known.Route.Endpoint.Revision < minimumRevision && endpoint.Revision <= known.Route.Endpoint.Revision)
        {
            throw new UnavailableException($"Endpoint '{key.Name}' cannot be asked now whether it has come further than revision {known.Route.Endpoint.Revision}.");
        }

        if (endpoint.UnloadedAt is { } since && !(_routes.TryGetValue(key, out var later) && later.Route.Endpoint.Revision > endpoint.Revision))
        {
            Remove(key);
            throw new UnavailableException($"Endpoint '{key.Name}' is unloaded since {since:u}; it answers when it is loaded or deployed again.", "endpoint");
        }

        HearOf(key, endpoint.Revision);

        // One that cannot ask the store may know less than this table does.
        var route = _routes.TryGetValue(key, out var entry) && entry.Route.Endpoint.Revision >= endpoint.Revision
            ? entry.Route
            : await loader.LoadOrKeepAsync(key, endpoint, entry.Route);

        if (entry.Route is null && invalidations != Interlocked.Read(ref _invalidations) && !_routes.ContainsKey(key))
        {
            // A change may have come while its predecessor was loaded for the first time: nobody has seen that yet, and nobody shall.
            route.Retire();
            return await CheckAsync(key, minimumRevision);
        }

        // When the endpoint may have changed meanwhile, the next request must ask again.
        return Put(key, route, invalidations == Interlocked.Read(ref _invalidations) ? checkedAt : checkedAt - (long)(MaximumAge.TotalSeconds * clock.WallTime.TimestampFrequency));
    }
}
