using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>Finds out which versions of its policy an endpoint can serve. One for each activation.</summary>
internal sealed class PolicyUpkeep(EndpointUpkeep upkeep, ModelCache models, PlatformClock clock)
{
    private readonly LeftOutVersions _leftOut = new();

    /// <summary>The change as a whole, which fails when something is away or another silo cannot load it.</summary>
    public VersionFollowing Attempts { get; } = new();

    /// <summary>With what it cannot serve: that is known to this activation only, which tries it.</summary>
    public EndpointInfo Shown(EndpointInfo info) => info with { Failure = Attempts.Failure ?? _leftOut.Failures.FirstOrDefault(), Failures = _leftOut.Failures };

    public Task<VersionSelection> SelectAsync(DeployEndpoint command, CancellationToken cancellationToken) => SelectAsync(
        new EndpointInfo { Project = command.Project, Name = command.Name, Model = command.Model, Versions = command.Versions, GoldenSamples = command.GoldenSamples, Limits = command.Limits },
        cancellationToken);

    /// <summary>The versions that can serve a plan with a policy now.</summary>
    /// <exception cref="FailedPreconditionException">None can.</exception>
    public async Task<VersionSelection> SelectAsync(EndpointInfo plan, CancellationToken cancellationToken)
    {
        var servable = await upkeep.ListServableAsync(plan.Project, plan.Model, cancellationToken);
        var selection = await VersionSelection.SelectAsync(models, plan, EndpointDecisions.Candidates(plan.Versions!, servable));
        return selection.Versions.Count > 0
            ? selection
            : throw new FailedPreconditionException(
                $"Model '{plan.Model}' has no version that may serve.{string.Concat(selection.Refused.Take(3).Select(refused => $" Version {refused.Version}: {refused.Reason}"))}", "versions");
    }

    /// <summary>The plan is new: what was left out of the one before says nothing any more.</summary>
    public void Settle(VersionSelection? selection)
    {
        Attempts.Succeed();
        _leftOut.Clear();
        _leftOut.Note([], selection?.Refused ?? [], clock.WallNow);
    }

    /// <summary>
    /// Brings in what the policy means now. Versions that failed are left out until they are due again, each for itself, so that none keeps another from
    /// being served; those that are served are tried again only when something is due, or when this silo cannot load them any more.
    /// </summary>
    public async Task FollowAsync(EndpointInfo current, VersionPolicy policy, bool isDoubted, Func<EndpointInfo, Task> apply, CancellationToken cancellationToken)
    {
        var (now, served) = (clock.WallNow, current.Variants.Select(variant => variant.Version).ToArray());
        var candidates = EndpointDecisions.Candidates(policy, await upkeep.ListServableAsync(current.Project, current.Model, cancellationToken));
        int[] due = [.. candidates.Where(version => served.Contains(version) || _leftOut.IsDue(version, now))];
        if (due.Length == 0 || (!isDoubted && due.Take(EndpointDecisions.Most(policy)).SequenceEqual(served)) || !Attempts.IsDue(due[0], now))
        {
            return;
        }

        try
        {
            using var selection = await VersionSelection.SelectAsync(models, current, due);
            _leftOut.Note([], selection.Refused, now);
            if (EndpointDecisions.FollowSelected(current, selection.Versions, clock.EventNow) is { } next)
            {
                await apply(next);
            }

            Attempts.Succeed();
            _leftOut.Note(selection.Versions, [], now);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Attempts.Fail(due[0], error.Message, now);
        }
    }
}
