using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// What a canary and the versions beside it have done since its step began, over all silos. A silo that does not answer is left out: its requests then
/// count for neither. The counts at the begin of a step are kept in memory; after a restart the step counts anew.
/// </summary>
internal sealed class CanaryWatch(SiloDirectory silos, ServingFigures here, CatalogTable catalog, IGrainFactory grains, PlatformClock clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>The statistics of an endpoint's versions, summed over the silos that answer.</summary>
    public async Task<IReadOnlyDictionary<int, InferStatistics>> CountAsync(EndpointKey endpoint)
    {
        var counts = new List<ServedVersion>(here.Find(endpoint));
        foreach (var others in await Task.WhenAll(silos.Others().Select(silo => AskAsync(silo, endpoint))))
        {
            counts.AddRange(others);
        }

        return counts.GroupBy(version => version.Version).ToDictionary(group => group.Key, group => group.Select(version => version.Statistics).Aggregate(Add));
    }

    /// <summary>An alert of a version since a moment; null without one.</summary>
    public async Task<string?> FindAlertAsync(EndpointKey endpoint, int version, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var entries = await catalog.ListChildrenAsync(AlertRules.AlertCatalog, endpoint.ToString(), cancellationToken);
        return entries.Select(entry => CatalogJson.Read<Alert>(entry.Json)).Where(alert => alert.ModelVersion == version && alert.At >= since)
            .Select(alert => $"{alert.Kind}: {alert.Evidence}").FirstOrDefault();
    }

    /// <summary>What was counted between two looks; never below 0, should a silo have left.</summary>
    public static InferStatistics Since(InferStatistics? before, InferStatistics? now) => new()
    {
        Succeeded = Math.Max(0, (now?.Succeeded ?? 0) - (before?.Succeeded ?? 0)),
        SucceededNanoseconds = Math.Max(0, (now?.SucceededNanoseconds ?? 0) - (before?.SucceededNanoseconds ?? 0)),
        Failed = Math.Max(0, (now?.Failed ?? 0) - (before?.Failed ?? 0)),
        Rejected = Math.Max(0, (now?.Rejected ?? 0) - (before?.Rejected ?? 0)),
    };

    /// <summary>The sum of what several versions did.</summary>
    public static InferStatistics Add(InferStatistics left, InferStatistics right) => new()
    {
        Succeeded = left.Succeeded + right.Succeeded,
        SucceededNanoseconds = left.SucceededNanoseconds + right.SucceededNanoseconds,
        Failed = left.Failed + right.Failed,
        Rejected = left.Rejected + right.Rejected,
    };

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
