using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving.Payloads;
using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>What the variants of every route share in this silo.</summary>
/// <param name="Threads">Where calls of engines that take long run.</param>
/// <param name="ShadowThread">Where shadows compute; it gives way to everything else.</param>
/// <param name="Clock">The clocks.</param>
/// <param name="Payloads">Where answered requests are kept.</param>
internal sealed record RouteServices(EngineThreads Threads, [FromKeyedServices(RouteServices.Shadows)] EngineThreads ShadowThread, PlatformClock Clock, PayloadLogs Payloads)
{
    public const string Shadows = "shadows";
}
