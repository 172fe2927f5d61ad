using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>What endpoints do by themselves: they follow their version policy and bring their canaries through. One for each activation.</summary>
internal sealed class EndpointUpkeep(RegistryTables registry, CanaryWatch watch, PlatformClock clock)
{
    private (int Revision, IReadOnlyDictionary<int, InferStatistics> Counts)? _step;

    /// <summary>The versions that a policy may take, newest first.</summary>
    public Task<IReadOnlyList<int>> ListServableAsync(string project, string model, CancellationToken cancellationToken) =>
        registry.ListServableAsync(new ModelKey(project, model), EndpointDecisions.MostFollowed, cancellationToken);

    /// <summary>The change that is due now; null when none is.</summary>
    public async Task<EndpointInfo?> NextAsync(EndpointKey key, EndpointInfo current, CancellationToken cancellationToken)
    {
        if (current.Versions is not null)
        {
            return EndpointDecisions.Follow(current, await ListServableAsync(current.Project, current.Model, cancellationToken), clock.EventNow);
        }

        if (current.Canary is not { Status: CanaryStatus.Running } canary)
        {
            return null;
        }

        var counts = await watch.CountAsync(key);
        if (_step?.Revision != current.Revision)
        {
            _step = (current.Revision, counts);
            return null;
        }

        var (own, others) = (Since(canary.Spec.Version), new InferStatistics());
        foreach (var version in canary.Before.Select(variant => variant.Version).Distinct())
        {
            others = CanaryWatch.Add(others, Since(version));
        }

        var alert = canary.Spec.StopOnAlert ? await watch.FindAlertAsync(key, canary.Spec.Version, canary.Since, cancellationToken) : null;
        return CanaryDecisions.Decide(canary, own, others, alert, clock.EventNow) is { } decided
            ? EndpointDecisions.Step(current, decided.Progress, decided.Variants, clock.EventNow)
            : null;

        InferStatistics Since(int version) => CanaryWatch.Since(_step!.Value.Counts.GetValueOrDefault(version), counts.GetValueOrDefault(version));
    }
}
