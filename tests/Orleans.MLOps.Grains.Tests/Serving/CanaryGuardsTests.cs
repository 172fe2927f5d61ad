using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

public sealed class CanaryGuardsTests
{
    private static readonly CanarySpec Spec = new() { Version = 2 };

    [Theory]
    [InlineData(0.3, 0, true)]
    [InlineData(0.3, 0.1, false)]
    [InlineData(0.24, 0, false)]
    public void Judge_Drift_CountsAboveThatOfTheVersionBefore(double canary, double baseline, bool goesBack)
    {
        var finding = CanaryGuards.Judge(Spec, Evidence(Drift(canary)), Evidence(Drift(baseline)));

        Assert.Equal((goesBack, true), (finding.Reason is not null, finding.IsJudged));
        Assert.Null(CanaryGuards.Judge(Spec with { StopOnDrift = false }, Evidence(Drift(canary)), Evidence(Drift(baseline))).Reason);
    }

    [Fact]
    public void Judge_DriftThatIsNotMeasuredBesideIt_IsNotHeldAgainstTheCanary()
    {
        var unmeasured = Evidence([]) with { Rows = 20 };

        Assert.Null(CanaryGuards.Judge(Spec, Evidence(Drift(0.4)), unmeasured).Reason);
        Assert.NotNull(CanaryGuards.Judge(Spec, Evidence(Drift(0.4)), unmeasured with { NeededRows = 0 }).Reason);
    }

    [Fact]
    public void Judge_FewRows_WaitsUnlessDriftIsNoGuardOrThereIsNoReference()
    {
        var few = Evidence([]) with { Rows = 499 };

        Assert.Equal(new CanaryFinding(null, IsJudged: false), CanaryGuards.Judge(Spec, few, few));
        Assert.True(CanaryGuards.Judge(Spec with { StopOnDrift = false }, few, few).IsJudged);
        Assert.True(CanaryGuards.Judge(Spec, few with { NeededRows = 0 }, few).IsJudged);
    }

    [Fact]
    public void Judge_StepsOfDifferentDifficulty_AreComparedEachByItself()
    {
        // In both steps the versions are alike; over both together the canary, which has most labels of the hard one, seems worse.
        var (canary, baseline) = (Evidence([], (100, 90), (900, 450)), Evidence([], (900, 810), (100, 50)));

        Assert.Null(CanaryGuards.Judge(Spec, canary, baseline).Reason);
    }

    [Theory]
    [InlineData(1000, 850, true)]
    [InlineData(1000, 890, false)]
    [InlineData(99, 0, false)]
    public void Judge_LabelsThatAreWorse_GoesBackWhenItIsSure(long labelled, long correct, bool goesBack)
    {
        var (canary, baseline) = (Evidence([], (labelled, correct)), Evidence([], (4000, 3600)));

        Assert.Equal(goesBack, CanaryGuards.Judge(Spec, canary, baseline).Reason is not null);
        Assert.Null(CanaryGuards.Judge(Spec with { StopOnQuality = false }, canary, baseline).Reason);
    }

    private static FeatureDriftInfo[] Drift(double psi) => [new() { Name = "x", Psi = psi }];

    private static CanaryEvidence Evidence(FeatureDriftInfo[] drift, params (long Labelled, long Correct)[] steps) => new()
    {
        Rows = 600, NeededRows = 500, PsiThreshold = 0.25, Drift = drift, Steps = [.. steps.Select(step => new VersionOutcome { Labelled = step.Labelled, Correct = step.Correct })],
    };
}
