using System.Globalization;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>What promotion gates say. Pure. What was not measured does not pass.</summary>
internal static class GateRules
{
    /// <summary>The field that a refusal names.</summary>
    public const string Field = "gates";

    public const string ChampionPrefix = "champion.";
    public const string FairnessPrefix = "fairness.";

    public static GateResult[] Evaluate(IEnumerable<PromotionGate> gates, GateFacts facts) => [.. gates.Select(gate => gate.Kind switch
    {
        GateKind.MetricAtLeast or GateKind.MetricAtMost => Bound(gate, facts),
        GateKind.BetterThanChampion => Better(gate, facts),
        GateKind.ParityPassed => Parity(gate, facts.Candidate),
        GateKind.FairnessWithin => Fairness(gate, facts),
        _ => Approval(gate, facts),
    })];

    /// <summary>The refusal, with every gate and its figures.</summary>
    public static FailedPreconditionException Refusal(GateEvaluation evaluation, string model)
    {
        var refusing = evaluation.Results.Count(result => !result.Passed);
        var figures = evaluation.Results.Select(result => $"{(result.Passed ? "passed" : "refused")}: {result.Detail}");
        return new FailedPreconditionException(
            $"'{evaluation.Alias}' of model '{model}' may not move to version {evaluation.Version}: {refusing} of {evaluation.Results.Length} gates refuse. {string.Join("; ", figures)}.",
            Field);
    }

    private static GateResult Bound(PromotionGate gate, GateFacts facts)
    {
        var least = gate.Kind == GateKind.MetricAtLeast;
        var rule = $"{gate.Metric} {(least ? "at least" : "at most")} {gate.Bound:g6}";
        return Find(gate.Metric!, facts.Evidence, facts.Metrics) is not { } value
            ? Result(gate, false, $"{rule}, but it was not measured", null, gate.Bound)
            : Result(gate, least ? value >= gate.Bound : value <= gate.Bound, $"{rule}, measured {value:g6}", value, gate.Bound);
    }

    private static GateResult Better(PromotionGate gate, GateFacts facts)
    {
        var rule = $"{gate.Metric} {(gate.HigherIsBetter ? "higher" : "lower")} than the holder's by {gate.Bound:g6}";
        if (facts.Champion is not { } champion)
        {
            return Find(gate.Metric!, facts.Evidence, facts.Metrics) is { } first
                ? Result(gate, !double.IsNaN(first), $"{rule}, and nothing has held the alias; measured {first:g6}", first, null)
                : Result(gate, false, $"{rule}; nothing has held the alias, but it was not measured", null, null);
        }

        var judged = facts.Evidence.TryGetValue(gate.Metric!, out var value) & facts.Evidence.TryGetValue(ChampionPrefix + gate.Metric, out var reference);
        if (!judged)
        {
            if (!SameHoldout(facts.Candidate, champion))
            {
                return Result(
                    gate, false,
                    $"{rule}, but there is no comparable evidence: version {champion.Version} was measured on dataset version '{champion.DatasetVersion}' and view '{champion.FeatureView}', version {facts.Candidate.Version} on '{facts.Candidate.DatasetVersion}' and '{facts.Candidate.FeatureView}', and the command brings no verdict on both",
                    null, null);
            }

            if (!facts.Metrics.TryGetValue(gate.Metric!, out value) | !facts.ChampionMetrics.TryGetValue(gate.Metric!, out reference))
            {
                return Result(gate, false, $"{rule}, but it was not measured for both versions", Find(gate.Metric!, facts.Metrics), Find(gate.Metric!, facts.ChampionMetrics));
            }
        }

        // NaN compares false, so it does not pass.
        var gain = gate.HigherIsBetter ? value - reference : reference - value;
        return Result(gate, gain >= gate.Bound, $"{rule}, measured {value:g6} against {reference:g6} of version {champion.Version}", value, reference);
    }

    private static GateResult Parity(PromotionGate gate, ModelVersionInfo candidate) => candidate.Parity is { } parity
        ? Result(gate, parity.Passed, $"parity of the export, largest difference {parity.MaxAbsoluteDifference:g3} over {parity.Rows} rows", parity.MaxAbsoluteDifference, null)
        : Result(gate, false, "parity of the export, but none was checked", null, null);

    private static GateResult Fairness(PromotionGate gate, GateFacts facts)
    {
        var measured = facts.Metrics.Where(metric => !facts.Evidence.ContainsKey(metric.Key)).Concat(facts.Evidence)
            .Where(metric => metric.Key.StartsWith(FairnessPrefix, StringComparison.Ordinal))
            .OrderBy(metric => metric.Key, StringComparer.Ordinal)
            .ToArray();
        var rule = $"every {FairnessPrefix}* within {gate.Bound:g6} of 0";
        return measured.Length == 0
            ? Result(gate, false, $"{rule}, but none was measured", null, gate.Bound)
            : Result(
                gate,
                measured.All(metric => Math.Abs(metric.Value) <= gate.Bound),
                $"{rule}, measured {string.Join(", ", measured.Select(metric => $"{metric.Key} {metric.Value:g6}"))}",
                measured.Select(metric => metric.Value).FirstOrDefault(double.IsNaN, measured.MaxBy(metric => Math.Abs(metric.Value)).Value),
                gate.Bound);
    }

    private static GateResult Approval(PromotionGate gate, GateFacts facts)
    {
        const string rule = "approved by a second person";
        if (string.IsNullOrWhiteSpace(facts.RequestedBy))
        {
            return Result(gate, false, $"{rule}, but the command does not say who asks", null, null);
        }

        var approver = facts.Candidate.Approvals.Select(approval => approval.Approver)
            .FirstOrDefault(name => !Same(name, facts.RequestedBy) && !Same(name, facts.Candidate.User));
        return approver is not null
            ? Result(gate, true, $"{rule}: {approver}", null, null)
            : Result(
                gate, false,
                $"{rule}, but only [{string.Join(", ", facts.Candidate.Approvals.Select(approval => approval.Approver))}] approved, '{facts.Candidate.User}' registered it and '{facts.RequestedBy}' asks",
                null, null);
    }

    private static bool SameHoldout(ModelVersionInfo left, ModelVersionInfo right) =>
        left.DatasetVersion is not null && left.DatasetVersion == right.DatasetVersion && left.FeatureView == right.FeatureView;

    private static double? Find(string metric, params IReadOnlyDictionary<string, double>[] sources)
    {
        foreach (var source in sources)
        {
            if (source.TryGetValue(metric, out var value))
            {
                return value;
            }
        }

        return null;
    }

    private static bool Same(string left, string? right) => string.Equals(Visible(left), Visible(right ?? ""), StringComparison.OrdinalIgnoreCase);

    // Two names that nobody can tell apart are one person's.
    private static string Visible(string name) => string.Concat(name.Where(c => !char.IsWhiteSpace(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format));

    private static GateResult Result(PromotionGate gate, bool passed, string detail, double? value, double? reference) =>
        new() { Gate = gate, Passed = passed, Detail = detail, Value = value, Reference = reference };
}
