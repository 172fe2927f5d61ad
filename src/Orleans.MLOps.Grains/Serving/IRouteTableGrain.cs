using Orleans.Concurrency;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>The routes of one silo, on that silo. Key: <see cref="SiloKey"/>.</summary>
[Alias("mlops.serving.route-table-grain")]
internal interface IRouteTableGrain : IGrainWithStringKey
{
    /// <summary>An endpoint is about to be changed: a silo that answers it loads what is new and keeps it until the change comes or is given up; what it answers stays. Returns when it is loaded.</summary>
    [AlwaysInterleave, ResponseTimeout("00:05:00")]
    [Alias("prepare")]
    Task Prepare(string endpoint, EndpointInfo next, CancellationToken cancellationToken = default);

    /// <summary>An endpoint was changed, or removed when none is given: a silo that answers it loads what is new and then answers by it; returns when it does.</summary>
    [AlwaysInterleave]
    [Alias("follow")]
    Task Follow(string endpoint, EndpointInfo? changed, CancellationToken cancellationToken = default);

    /// <summary>What the versions of an endpoint have done on this silo; none when it does not answer it.</summary>
    [AlwaysInterleave]
    [Alias("count")]
    Task<ServedVersion[]> Count(string endpoint);
}
