using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>When a canary advances and when it goes back. Pure.</summary>
internal static class CanaryDecisions
{
    public const string Variant = "canary";

    private const long LeastForErrors = 20;
    private const int MostSteps = 100;

    private static readonly double[] UsualSteps = [0.05, 0.25, 0.5, 1];

    private static readonly TimeSpan LongestStep = TimeSpan.FromDays(7);

    /// <exception cref="InvalidInputException">A part of it is out of its range.</exception>
    public static void Check(DeployEndpoint command)
    {
        if (command.Canary is not { } canary)
        {
            return;
        }

        if (command.Versions is not null)
        {
            throw new InvalidInputException("A canary and a version policy are given; a policy moves all traffic at once, so only one of them can be meant.", "canary");
        }

        EndpointOptionRules.Require(!command.Variants.Any(variant => variant.Version == canary.Version), "canary.version", canary.Version, "a version that is none of the variants");
        EndpointOptionRules.Require(canary.Steps.Length <= MostSteps, "canary.steps", canary.Steps.Length, $"at most {MostSteps} steps");
        for (var i = 0; i < canary.Steps.Length; i++)
        {
            EndpointOptionRules.Require(canary.Steps[i] > (i == 0 ? 0 : canary.Steps[i - 1]) && canary.Steps[i] <= 1, $"canary.steps[{i}]", canary.Steps[i], "ascending numbers above 0 and up to 1");
        }

        EndpointOptionRules.Require(canary.StepDuration > TimeSpan.Zero && canary.StepDuration <= LongestStep, "canary.step_duration", canary.StepDuration, $"a time above 0 and up to {LongestStep}");
        EndpointOptionRules.Require(canary.MinimumRequests >= 1, "canary.minimum_requests", canary.MinimumRequests, "1 or more");
        EndpointOptionRules.Require(canary.MaximumErrorRate is >= 0 and <= 1, "canary.maximum_error_rate", canary.MaximumErrorRate, "0 to 1");
        EndpointOptionRules.Require(canary.MaximumLatencyRatio is 0 or >= 1 and <= 1e6, "canary.maximum_latency_ratio", canary.MaximumLatencyRatio, "0, or 1 and more");
        EndpointOptionRules.Require(canary.QualityConfidence is >= 0.5 and < 1, "canary.quality_confidence", canary.QualityConfidence, "0.5 up to below 1");
    }

    /// <summary>The beginning: the variants with the canary's first share beside them.</summary>
    public static (CanaryProgress Progress, VariantSpec[] Variants) Begin(CanarySpec spec, VariantSpec[] variants, DateTimeOffset now)
    {
        var steps = spec.Steps.Length == 0 ? UsualSteps : spec.Steps;
        var whole = spec with { Steps = steps[^1] < 1 ? [.. steps, 1] : steps };
        var progress = new CanaryProgress { Spec = whole, Since = now, Began = now, Before = variants, Reason = $"Step 1 of {whole.Steps.Length}." };
        return (progress, Variants(progress));
    }

    /// <summary>What becomes of a canary now; null while it stays as it is.</summary>
    /// <param name="progress">How it stands.</param>
    /// <param name="canary">What it did since the step began.</param>
    /// <param name="others">What the other versions did since then.</param>
    /// <param name="found">What its monitor found against it; null for nothing.</param>
    /// <param name="now">Now.</param>
    /// <param name="isJudged">Its monitor knows enough for it to advance.</param>
    public static (CanaryProgress Progress, VariantSpec[] Variants)? Decide(CanaryProgress progress, InferStatistics canary, InferStatistics others, string? found, DateTimeOffset now, bool isJudged = true)
    {
        if (progress.Status != CanaryStatus.Running)
        {
            return null;
        }

        if (FindBroken(progress.Spec, canary, others, found) is { } reason)
        {
            return (progress with { Status = CanaryStatus.RolledBack, Since = now, Reason = reason }, progress.Before);
        }

        var asked = Failures(canary).Asked;
        if (!isJudged || now - progress.Since < progress.Spec.StepDuration || asked < progress.Spec.MinimumRequests || FailsTooOften(progress.Spec, canary, others))
        {
            return null;
        }

        var next = progress with { Step = progress.Step + 1, Since = now };
        next = next.Step < next.Spec.Steps.Length - 1
            ? next with { Reason = $"Step {next.Step + 1} of {next.Spec.Steps.Length} after {asked} requests within its guards." }
            : next with { Status = CanaryStatus.Promoted, Reason = $"All steps passed; {asked} requests within its guards in the last." };
        return (next, Variants(next));
    }

    /// <summary>The guard that does not hold; null when all do.</summary>
    private static string? FindBroken(CanarySpec spec, InferStatistics canary, InferStatistics others, string? found)
    {
        var (failed, asked) = Failures(canary);
        if (asked >= LeastForErrors && FailsTooOften(spec, canary, others))
        {
            var usualShare = UsualShare(others);
            var beside = usualShare > 0 ? $" beside the share of {usualShare:0.####} that fails at the others" : "";
            return FormattableString.Invariant($"{failed} of its {asked} requests failed; a share of {spec.MaximumErrorRate} is allowed{beside}.");
        }

        if (found is not null)
        {
            return found;
        }

        if (spec.MaximumLatencyRatio > 0 && canary.Succeeded >= spec.MinimumRequests && others.Succeeded > 0)
        {
            var (own, usual) = (canary.SucceededNanoseconds / (double)canary.Succeeded, others.SucceededNanoseconds / (double)others.Succeeded);
            if (own > spec.MaximumLatencyRatio * usual)
            {
                return FormattableString.Invariant($"Its requests take {own / 1000:0.#} us, {own / usual:0.##} times those of the others; {spec.MaximumLatencyRatio} times is allowed.");
            }
        }

        return null;
    }

    private static bool FailsTooOften(CanarySpec spec, InferStatistics canary, InferStatistics others)
    {
        var (failed, asked) = Failures(canary);
        return failed > (UsualShare(others) + spec.MaximumErrorRate) * asked;
    }

    /// <summary>What every version refuses says nothing about the canary.</summary>
    private static double UsualShare(InferStatistics others)
    {
        var (failed, asked) = Failures(others);
        return asked >= LeastForErrors ? failed / (double)asked : 0;
    }

    /// <summary>
    /// What waited in vain for a canary that hangs has failed too, also where the caller lost patience; impatient callers of the others are its measure.
    /// What the endpoint's limits refused never came to it.
    /// </summary>
    private static (long Failed, long Asked) Failures(InferStatistics version)
    {
        var failed = version.Failed + version.Rejected - version.Limited + version.Abandoned;
        return (failed, version.Succeeded + failed);
    }

    /// <summary>The variants of a step: the canary last, so that keys which met it before meet it still when it grows.</summary>
    private static VariantSpec[] Variants(CanaryProgress progress)
    {
        var share = progress.Spec.Steps[Math.Min(progress.Step, progress.Spec.Steps.Length - 1)];
        var others = progress.Before.Sum(variant => variant.Weight);
        string[] labels = progress.Before.Any(variant => variant.Labels.Contains(Variant)) ? [] : [Variant];
        var name = progress.Before.Any(variant => variant.Name == Variant) ? $"{Variant}-{progress.Spec.Version}" : Variant;
        return
        [
            .. progress.Before.Select(variant => variant with { Weight = variant.Weight / others * (1 - share) }),
            new VariantSpec { Name = name, Version = progress.Spec.Version, Weight = share, Labels = name == Variant ? [] : labels },
        ];
    }
}
