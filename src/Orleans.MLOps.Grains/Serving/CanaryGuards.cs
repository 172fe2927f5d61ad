using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Statistics.Quality;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>What monitors say of a canary beside the version that it is to replace. Pure.</summary>
internal static class CanaryGuards
{
    /// <summary>What sends the canary back, and whether enough is known for it to advance.</summary>
    public static CanaryFinding Judge(CanarySpec spec, CanaryEvidence canary, CanaryEvidence baseline) => new(
        (spec.StopOnQuality ? FindWorse(spec, canary, baseline) : null) ?? (spec.StopOnDrift ? FindDrift(canary, baseline) : null),
        IsJudged: !spec.StopOnDrift || canary.Rows >= canary.NeededRows);

    /// <summary>
    /// The versions see the same traffic at the same time, so what has drifted for the baseline too, an hour of the day for one, is no fault of the canary;
    /// what is not known of the baseline yet is not held against the canary.
    /// </summary>
    private static string? FindDrift(CanaryEvidence canary, CanaryEvidence baseline)
    {
        foreach (var drift in canary.Drift.OrderByDescending(drift => drift.Psi))
        {
            var known = baseline.Drift.FirstOrDefault(other => other.Name == drift.Name)?.Psi;
            if (known is null && baseline.NeededRows > 0)
            {
                continue;
            }

            var usual = known ?? 0;
            if (drift.Psi > canary.PsiThreshold + usual)
            {
                var beside = usual > 0 ? $" beside {usual:0.###} at the version before" : "";
                return FormattableString.Invariant(
                    $"Over the {canary.Rows} predictions of its step the population stability index of '{drift.Name}' against training is {drift.Psi:0.###}; {canary.PsiThreshold} is allowed{beside}.");
            }
        }

        return null;
    }

    private static string? FindWorse(CanarySpec spec, CanaryEvidence canary, CanaryEvidence baseline)
    {
        var (a, b) = Standardise(baseline, canary);
        var result = SequentialComparison.Compare(a.Labelled, a.Correct, b.Labelled, b.Correct, 1 - spec.QualityConfidence);
        return result.High < 0
            ? FormattableString.Invariant(
                $"Over {b.Labelled} labels it is right in a share of {b.Correct / (double)b.Labelled:0.####}, {-result.Difference:0.####} below the version before (by {-result.High:0.####} or more at {spec.QualityConfidence:0.####} confidence).")
            : null;
    }

    /// <summary>
    /// Shares differ from step to step, so sums over all steps would compare times, not versions: the baseline's rate is that of each step by the canary's
    /// labels in it, of as many labels as have the variance of that mean. Steps in which one of them has no labels say nothing.
    /// </summary>
    private static ((long Labelled, long Correct) Baseline, (long Labelled, long Correct) Canary) Standardise(CanaryEvidence baseline, CanaryEvidence canary)
    {
        var steps = canary.Steps.Zip(baseline.Steps, (own, other) => (Own: own, Other: other)).Where(step => step.Own.Labelled > 0 && step.Other.Labelled > 0).ToArray();
        var (labelled, correct) = (steps.Sum(step => step.Own.Labelled), steps.Sum(step => step.Own.Correct));
        if (labelled == 0)
        {
            return default;
        }

        var (rate, spread) = (0.0, 0.0);
        foreach (var (own, other) in steps)
        {
            var weight = own.Labelled / (double)labelled;
            rate += weight * other.Correct / other.Labelled;
            spread += weight * weight / other.Labelled;
        }

        var worth = (long)Math.Floor((1 / spread) + 1e-6);
        return ((worth, Math.Min(worth, (long)Math.Round(rate * worth))), (labelled, correct));
    }
}
