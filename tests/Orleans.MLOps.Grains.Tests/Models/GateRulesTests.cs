using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Tests.Models;

public sealed class GateRulesTests
{
    private static readonly ModelVersionInfo Candidate = new()
    {
        Project = "default",
        Model = "m",
        Version = 2,
        DatasetVersion = "d",
        FeatureView = "v:1",
        User = "anna",
        Parity = new ParityRecord { Rows = 10, Passed = true },
    };

    private static readonly ModelVersionInfo Champion = Candidate with { Version = 1 };

    [Theory]
    [InlineData(GateKind.MetricAtLeast, 0.8, 0.8, true)]
    [InlineData(GateKind.MetricAtLeast, 0.8, 0.79, false)]
    [InlineData(GateKind.MetricAtLeast, 0.8, double.NaN, false)]
    [InlineData(GateKind.MetricAtLeast, 0.8, double.PositiveInfinity, true)]
    [InlineData(GateKind.MetricAtMost, 0.3, 0.3, true)]
    [InlineData(GateKind.MetricAtMost, 0.3, 0.31, false)]
    [InlineData(GateKind.MetricAtMost, 0.3, double.NaN, false)]
    public void Evaluate_MetricBounds_CompareWhatWasMeasured(GateKind kind, double bound, double measured, bool passes)
    {
        var facts = Facts() with { Metrics = Of(("auc", measured)) };

        Assert.Equal(passes, Single(new PromotionGate { Kind = kind, Metric = "auc", Bound = bound }, facts).Passed);
    }

    [Fact]
    public void Evaluate_MetricMissing_DoesNotPassAndEvidenceComesFirst()
    {
        var gate = new PromotionGate { Kind = GateKind.MetricAtLeast, Metric = "auc", Bound = 0.8 };

        Assert.False(Single(gate, Facts()).Passed);
        Assert.True(Single(gate, Facts() with { Evidence = Of(("auc", 0.9)) }).Passed);
        Assert.False(Single(gate, Facts() with { Metrics = Of(("auc", 0.9)), Evidence = Of(("auc", 0.7)) }).Passed);
    }

    [Theory]
    [InlineData(false, 0.05, 0.25, true)]
    [InlineData(false, 0.05, 0.26, false)]
    [InlineData(true, 0.05, 0.36, true)]
    [InlineData(true, 0.05, 0.25, false)]
    [InlineData(false, 0, double.NaN, false)]
    public void Evaluate_BetterThanChampion_AsksForTheDifference(bool higher, double bound, double value, bool passes)
    {
        var gate = new PromotionGate { Kind = GateKind.BetterThanChampion, Metric = "loss", Bound = bound, HigherIsBetter = higher };
        var facts = Facts() with { Champion = Champion, Metrics = Of(("loss", value)), ChampionMetrics = Of(("loss", 0.301)) };

        var result = Single(gate, facts);

        Assert.Equal(passes, result.Passed);
        Assert.Equal((value, 0.301), (result.Value, result.Reference));
    }

    [Fact]
    public void Evaluate_BetterThanChampionWithoutHolder_PassesOnceItIsMeasured()
    {
        var gate = new PromotionGate { Kind = GateKind.BetterThanChampion, Metric = "loss" };

        Assert.True(Single(gate, Facts() with { Metrics = Of(("loss", 0.3)) }).Passed);
        Assert.False(Single(gate, Facts() with { Metrics = Of(("loss", double.NaN)) }).Passed);
        Assert.False(Single(gate, Facts() with { Metrics = Of(("other", 0.3)) }).Passed);
    }

    [Fact]
    public void Evaluate_BetterThanChampionOnOtherHoldout_NeedsEvidenceOfBoth()
    {
        var gate = new PromotionGate { Kind = GateKind.BetterThanChampion, Metric = "loss" };
        var facts = Facts() with { Champion = Champion with { DatasetVersion = "other" }, Metrics = Of(("loss", 0.1)), ChampionMetrics = Of(("loss", 0.9)) };

        var refused = Single(gate, facts);

        Assert.False(refused.Passed);
        Assert.Contains("no comparable evidence", refused.Detail, StringComparison.Ordinal);
        Assert.False(Single(gate, facts with { Evidence = Of(("loss", 0.1)) }).Passed);
        Assert.True(Single(gate, facts with { Evidence = Of(("loss", 0.1), ("champion.loss", 0.2)) }).Passed);
        Assert.False(Single(gate, facts with { Evidence = Of(("loss", 0.3), ("champion.loss", 0.2)) }).Passed);
    }

    [Fact]
    public void Evaluate_BetterThanChampionBothWithoutDataset_HasNoEvidence()
    {
        var gate = new PromotionGate { Kind = GateKind.BetterThanChampion, Metric = "loss" };
        var facts = new GateFacts
        {
            Candidate = Candidate with { DatasetVersion = null },
            Champion = Champion with { DatasetVersion = null },
            Metrics = Of(("loss", 0.1)),
            ChampionMetrics = Of(("loss", 0.9)),
        };

        Assert.False(Single(gate, facts).Passed);
    }

    [Fact]
    public void Evaluate_Parity_NeedsACheckThatPassed()
    {
        var gate = new PromotionGate { Kind = GateKind.ParityPassed };

        Assert.True(Single(gate, Facts()).Passed);
        Assert.False(Single(gate, new GateFacts { Candidate = Candidate with { Parity = new ParityRecord() } }).Passed);
        Assert.False(Single(gate, new GateFacts { Candidate = Candidate with { Parity = null } }).Passed);
    }

    [Fact]
    public void Evaluate_Fairness_NeedsOneMetricAndAllWithin()
    {
        var gate = new PromotionGate { Kind = GateKind.FairnessWithin, Bound = 0.1 };

        Assert.False(Single(gate, Facts() with { Metrics = Of(("unfairness", 0)) }).Passed);
        Assert.True(Single(gate, Facts() with { Metrics = Of(("fairness.a", 0.1), ("fairness.b", 0.05)) }).Passed);
        Assert.False(Single(gate, Facts() with { Metrics = Of(("fairness.a", 0.11), ("fairness.b", 0.05)) }).Passed);
        Assert.False(Single(gate, Facts() with { Metrics = Of(("fairness.a", -0.4), ("fairness.b", 0.05)) }).Passed);
        Assert.False(Single(gate, Facts() with { Metrics = Of(("fairness.a", double.NaN)) }).Passed);
        Assert.False(Single(gate, Facts() with { Metrics = Of(("fairness.a", 0.1)), Evidence = Of(("fairness.a", 0.2)) }).Passed);
    }

    [Theory]
    [InlineData("berta", "carl", true)]
    [InlineData("berta", "anna", true)]
    [InlineData("anna", "carl", false)]
    [InlineData("carl", "carl", false)]
    [InlineData(" Carl ", "carl", false)]
    [InlineData("ANNA", "carl", false)]
    [InlineData("carl\u200b", "carl", false)]
    [InlineData("berta", null, false)]
    [InlineData(null, "carl", false)]
    public void Evaluate_Approval_IsNeitherOfWhoRegisteredNorOfWhoAsks(string? approver, string? asks, bool passes)
    {
        var candidate = Candidate with { Approvals = approver is null ? [] : [new ModelApproval { Approver = approver }] };

        Assert.Equal(passes, Single(new PromotionGate { Kind = GateKind.ApprovedBySecondPerson }, new GateFacts { Candidate = candidate, RequestedBy = asks }).Passed);
    }

    [Fact]
    public void Refusal_SeveralGates_ListsEveryFigure()
    {
        PromotionGate[] gates = [new() { Kind = GateKind.MetricAtLeast, Metric = "auc", Bound = 0.8 }, new() { Kind = GateKind.ParityPassed }];
        var evaluation = new GateEvaluation { Alias = "champion", Version = 2, Results = GateRules.Evaluate(gates, Facts() with { Metrics = Of(("auc", 0.75)) }) };

        var message = GateRules.Refusal(evaluation, "m").Message;

        Assert.Contains("1 of 2 gates refuse", message, StringComparison.Ordinal);
        Assert.Contains("refused: auc at least 0.8, measured 0.75", message, StringComparison.Ordinal);
        Assert.Contains("passed: parity", message, StringComparison.Ordinal);
    }

    private static GateFacts Facts() => new() { Candidate = Candidate };

    private static Dictionary<string, double> Of(params (string Name, double Value)[] metrics) => metrics.ToDictionary(metric => metric.Name, metric => metric.Value);

    private static GateResult Single(PromotionGate gate, GateFacts facts) => Assert.Single(GateRules.Evaluate([gate], facts));
}
