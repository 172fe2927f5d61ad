using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>What this silo serves and has done, for metrics; from memory.</summary>
public sealed class ServingFigures
{
    private readonly RouteTable _routes;

    internal ServingFigures(RouteTable routes) => _routes = routes;

    /// <summary>The endpoints that this silo answers, named by <see cref="EndpointKey.MetricName"/>, with the statistics of their versions.</summary>
    /// <returns>One record an endpoint.</returns>
    public IReadOnlyList<ServedEndpoint> Read() => [.. _routes.Routes.Select(route => EndpointDescription.Of(route, new DescribeEndpoint { Endpoint = route.Endpoint.Name }) with { Name = route.MetricName })];

    /// <summary>The versions of one endpoint; none when this silo does not answer it.</summary>
    internal ServedVersion[] Find(EndpointKey endpoint) =>
        _routes.Find(endpoint) is { } route ? EndpointDescription.Of(route, new DescribeEndpoint { Endpoint = endpoint.Name }).Versions : [];
}
