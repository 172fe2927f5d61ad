using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Statistics.Quality;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>How versions that serve side by side are compared. Pure.</summary>
internal static class ComparisonRules
{
    /// <exception cref="InvalidInputException">A part of it is out of its range.</exception>
    /// <exception cref="FailedPreconditionException">A version has no traffic.</exception>
    public static void Require(CompareVersions query, EndpointInfo endpoint)
    {
        if (query.Confidence is not (>= 0.5 and < 1))
        {
            throw new InvalidInputException($"confidence is {query.Confidence}; 0.5 up to below 1 is allowed.", "confidence");
        }

        if (query.Baseline == query.Candidate)
        {
            throw new InvalidInputException($"baseline and candidate are both version {query.Baseline}; two versions are compared.", "candidate");
        }

        RequireTraffic(query.Baseline, "baseline", endpoint);
        RequireTraffic(query.Candidate, "candidate", endpoint);
    }

    /// <summary>The first pane of predictions that were all asked under the shares that hold now: other shares at another time would compare times, not versions.</summary>
    public static DateTimeOffset Begin(EndpointInfo endpoint)
    {
        var since = endpoint.History.Reverse().TakeWhile(change => HasSameShares(change.Variants, endpoint.Variants)).Last().At;
        var pane = BatchSummarizer.PaneLength.Ticks;
        return new DateTimeOffset((since.UtcTicks + pane - 1) / pane * pane, TimeSpan.Zero);
    }

    public static VersionComparison Compare(CompareVersions query, DateTimeOffset from, OutcomesSince baseline, OutcomesSince candidate)
    {
        var (a, b) = (baseline.Outcome, candidate.Outcome);
        var result = SequentialComparison.Compare(a.Labelled, a.Correct, b.Labelled, b.Correct, 1 - query.Confidence);
        return new VersionComparison
        {
            From = from,
            Baseline = a,
            Candidate = b,
            Difference = Number(result.Difference),
            Low = Number(result.Low),
            High = Number(result.High),
            PValue = Number(result.PValue),
            Verdict = baseline.HasLostSome || candidate.HasLostSome ? ComparisonVerdict.WindowPassed
                : double.IsNaN(result.Difference) ? ComparisonVerdict.TooFewLabels
                : result.Low > 0 ? ComparisonVerdict.CandidateIsBetter
                : result.High < 0 ? ComparisonVerdict.BaselineIsBetter
                : ComparisonVerdict.Undecided,
        };
    }

    private static void RequireTraffic(int version, string part, EndpointInfo endpoint)
    {
        if (!endpoint.Variants.Any(variant => variant.Version == version && variant.Weight > 0))
        {
            var serving = string.Join(", ", endpoint.Variants.Where(variant => variant.Weight > 0).Select(variant => variant.Version).Distinct());
            throw new FailedPreconditionException($"{part} is version {version}, which has no traffic at endpoint '{endpoint.Name}'; {serving} have.", part);
        }
    }

    private static bool HasSameShares(VariantSpec[] variants, VariantSpec[] others) =>
        variants.Select(variant => (variant.Version, variant.Weight)).SequenceEqual(others.Select(variant => (variant.Version, variant.Weight)));

    private static double? Number(double value) => double.IsNaN(value) ? null : value;
}
