using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>What endpoints do by themselves: they follow their version policy and bring their canaries through. One for each activation.</summary>
internal sealed class EndpointUpkeep(RegistryTables registry, CanaryWatch watch, PlatformClock clock)
{
    private CanaryCounts _step = new(revision: 0);

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

        _step = _step.Revision == current.Revision ? _step : new CanaryCounts(current.Revision);
        _step.Look(await watch.CountAsync(key));
        var (own, others) = (_step.Since(canary.Spec.Version), _step.Since(canary.Before.Select(variant => variant.Version)));
        var found = await watch.JudgeAsync(key, current, canary, cancellationToken);
        return CanaryDecisions.Decide(canary, own, others, found.Reason, clock.EventNow, found.IsJudged) is { } decided
            ? EndpointDecisions.Step(current, decided.Progress, decided.Variants, clock.EventNow)
            : null;
    }
}
