using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// What the versions of an endpoint have done, silo by silo. A silo that does not answer is left out of one look.
/// </summary>
internal sealed class CanaryWatch(SiloDirectory silos, ServingFigures here, CatalogTable catalog, IGrainFactory grains, PlatformClock clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>The statistics of an endpoint's versions on each silo that answers.</summary>
    public async Task<IReadOnlyList<(SiloAddress Silo, ServedVersion[] Versions)>> CountAsync(EndpointKey endpoint)
    {
        var others = await Task.WhenAll(silos.Others().Select(async silo => (silo, await AskAsync(silo, endpoint))));
        return [(silos.Here, here.Find(endpoint)), .. others];
    }

    /// <summary>An alert of a version since a moment; null without one.</summary>
    public async Task<string?> FindAlertAsync(EndpointKey endpoint, int version, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var entries = await catalog.ListChildrenAsync(AlertRules.AlertCatalog, endpoint.ToString(), cancellationToken);
        return entries.Select(entry => CatalogJson.Read<Alert>(entry.Json)).Where(alert => alert.ModelVersion == version && alert.At >= since)
            .Select(alert => $"{alert.Kind}: {alert.Evidence}").FirstOrDefault();
    }

    private async Task<ServedVersion[]> AskAsync(SiloAddress silo, EndpointKey endpoint)
    {
        try
        {
            return await grains.GetGrain<IRouteTableGrain>(new SiloKey(silo.ToParsableString()).ToString()).Count(endpoint.ToString()).WaitAsync(Longest, clock.WallTime);
        }
        catch (Exception error) when (TransientErrors.IsTransient(error))
        {
            return [];
        }
    }
}
