using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

[PlacedOnItsSilo, GrainType("mlops-route-table")]
internal sealed class RouteTableGrain(RouteTable routes, ServingFigures figures) : Grain, IRouteTableGrain
{
    public Task<ServedVersion[]> Count(string endpoint) => Task.FromResult(figures.Find(EndpointKey.Parse(endpoint)));

    public Task Prepare(string endpoint, EndpointInfo next, CancellationToken cancellationToken)
    {
        var key = EndpointKey.Parse(endpoint);
        return routes.Knows(key) ? routes.PrepareAsync(key, next) : Task.CompletedTask;
    }

    public Task Follow(string endpoint, EndpointInfo? changed, CancellationToken cancellationToken)
    {
        var key = EndpointKey.Parse(endpoint);
        if (changed is not null)
        {
            return routes.FollowAsync(key, changed);
        }

        routes.Remove(key);
        return Task.CompletedTask;
    }
}
