using Microsoft.Extensions.Logging;
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
internal sealed partial class CanaryWatch(
    SiloDirectory silos, ServingFigures here, CatalogTable catalog, IGrainFactory grains, PlatformClock clock, ILogger<CanaryWatch> logger)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>The statistics of an endpoint's versions on each silo that answers.</summary>
    public async Task<IReadOnlyList<(SiloAddress Silo, ServedVersion[] Versions)>> CountAsync(EndpointKey endpoint)
    {
        var others = await Task.WhenAll(silos.Others().Select(async silo => (silo, await AskAsync(silo, endpoint))));
        return [(silos.Here, here.Find(endpoint)), .. others];
    }

    /// <summary>What the monitors say of a canary. While one of them does not answer the canary neither goes back for it nor advances.</summary>
    public async Task<CanaryFinding> JudgeAsync(EndpointKey endpoint, EndpointInfo current, CanaryProgress canary, CancellationToken cancellationToken)
    {
        try
        {
            return await AskMonitorsAsync(endpoint, current, canary, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Its other guards must hold whatever became of a monitor.
            LogNotJudged(error, endpoint.Name, canary.Spec.Version);
            return new(null, IsJudged: false);
        }
    }

    private async Task<CanaryFinding> AskMonitorsAsync(EndpointKey endpoint, EndpointInfo current, CanaryProgress canary, CancellationToken cancellationToken)
    {
        var began = canary.Began == default ? canary.Since : canary.Began;
        if (canary.Spec.StopOnAlert && await FindAlertAsync(endpoint, canary.Spec.Version, began, cancellationToken) is { } alert)
        {
            return new($"Its monitor alerts: {alert}", IsJudged: true);
        }

        if (!canary.Spec.StopOnDrift && !canary.Spec.StopOnQuality)
        {
            return new(null, IsJudged: true);
        }

        DateTimeOffset[] steps = [began, .. current.History.Select(change => change.At).Where(at => at > began)];
        var baseline = await Monitor(endpoint, canary.Before.MaxBy(variant => variant.Weight)!.Version).Watch(steps, isNew: false).WaitAsync(Longest, clock.WallTime, cancellationToken);
        var own = await Monitor(endpoint, canary.Spec.Version).Watch(steps, IsNew(current, canary.Spec.Version, began)).WaitAsync(Longest, clock.WallTime, cancellationToken);
        return CanaryGuards.Judge(canary.Spec, own, baseline);
    }

    /// <summary>Whether all that the monitor has of a version in the hour of a moment came after it: a version may have been a canary before.</summary>
    private static bool IsNew(EndpointInfo current, int version, DateTimeOffset began)
    {
        var hour = CanaryProbe.HourOf(began);
        var before = current.History.Where(change => change.At < began).ToArray();
        return !before.Where((change, i) => change.At >= hour || i + 1 == before.Length || before[i + 1].At > hour)
            .SelectMany(change => change.Variants).Any(variant => variant.Version == version && variant.Weight > 0);
    }

    private IModelMonitorGrain Monitor(EndpointKey endpoint, int version) => grains.GetGrain<IModelMonitorGrain>(new MonitorKey(endpoint, version).ToString());

    private async Task<string?> FindAlertAsync(EndpointKey endpoint, int version, DateTimeOffset since, CancellationToken cancellationToken)
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

    [LoggerMessage(LogLevel.Warning, "What the monitors know of version {Version}, the canary of endpoint {Endpoint}, cannot be asked; it does not advance meanwhile.")]
    private partial void LogNotJudged(Exception error, string endpoint, int version);
}
