using System.Net;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

public sealed class CanaryDecisionsTests
{
    private static readonly DateTimeOffset Now = ServingSamples.Now;
    private static readonly InferStatistics Usual = Did(1000, 100);
    private static readonly VariantSpec[] Stable = [new() { Name = "main", Version = 1, Weight = 4, Labels = ["stable"] }];

    [Fact]
    public void Begin_GivesTheFirstShareAndKeepsWhatWasServed()
    {
        var (progress, variants) = CanaryDecisions.Begin(Spec(), Stable, Now);

        Assert.Equal((CanaryStatus.Running, 0), (progress.Status, progress.Step));
        Assert.Equal([0.9, 0.1], variants.Select(variant => variant.Weight));
        Assert.Equal(("canary", 2), (variants[^1].Name, variants[^1].Version));
        Assert.Equal(Stable, progress.Before);
        Assert.Equal([0.1, 0.5, 1], progress.Spec.Steps);
        Assert.Equal([0.05, 0.25, 0.5, 1], CanaryDecisions.Begin(Spec() with { Steps = [] }, Stable, Now).Progress.Spec.Steps);
    }

    [Fact]
    public void Decide_WithinItsGuards_AdvancesToAllTheTraffic()
    {
        var (progress, _) = CanaryDecisions.Begin(Spec(), Stable, Now);

        Assert.Null(CanaryDecisions.Decide(progress, Did(99, 100), Usual, null, Now.AddMinutes(9)));
        Assert.Null(CanaryDecisions.Decide(progress, Did(500, 100), Usual, null, Now.AddSeconds(59)));
        var second = CanaryDecisions.Decide(progress, Did(100, 100), Usual, null, Now.AddMinutes(1))!.Value;
        Assert.Equal((CanaryStatus.Running, 1), (second.Progress.Status, second.Progress.Step));
        Assert.Equal([0.5, 0.5], second.Variants.Select(variant => variant.Weight));
        var last = CanaryDecisions.Decide(second.Progress, Did(100, 100), Usual, null, Now.AddMinutes(2))!.Value;

        Assert.Equal(CanaryStatus.Promoted, last.Progress.Status);
        Assert.Equal([0, 1], last.Variants.Select(variant => variant.Weight));
        Assert.Null(CanaryDecisions.Decide(last.Progress, Did(100, 100, failed: 100), Usual, "drift", Now.AddHours(1)));
    }

    [Fact]
    public void Decide_MonitorThatKnowsTooLittle_WaitsAndGoesBackAllTheSame()
    {
        var (progress, _) = CanaryDecisions.Begin(Spec(), Stable, Now);

        Assert.Null(CanaryDecisions.Decide(progress, Did(500, 100), Usual, null, Now.AddMinutes(9), isJudged: false));
        Assert.Equal(CanaryStatus.RolledBack, CanaryDecisions.Decide(progress, Did(500, 100), Usual, "worse", Now.AddMinutes(9), isJudged: false)!.Value.Progress.Status);
    }

    [Theory]
    [InlineData(18, 2, 100, null, "2 of its 20 requests failed")]
    [InlineData(100, 0, 201, null, "2.01 times those of the others")]
    [InlineData(1, 0, 100, "FeatureDrift: x", "FeatureDrift: x")]
    public void Decide_AGuardThatDoesNotHold_GoesBackAtOnce(long succeeded, long failed, long microseconds, string? alert, string said)
    {
        var (progress, _) = CanaryDecisions.Begin(Spec(), Stable, Now);

        var (stopped, variants) = CanaryDecisions.Decide(progress, Did(succeeded, microseconds, failed), Usual, alert, Now.AddSeconds(1))!.Value;

        Assert.Equal(CanaryStatus.RolledBack, stopped.Status);
        Assert.Contains(said, stopped.Reason, StringComparison.Ordinal);
        Assert.Equal(Stable, variants);
    }

    [Fact]
    public void Decide_WhatEveryVersionRefuses_IsNoFaultOfTheCanary()
    {
        var (progress, _) = CanaryDecisions.Begin(Spec(), Stable, Now);
        var others = Did(70, 100, failed: 30);

        Assert.Null(CanaryDecisions.Decide(progress, Did(69, 100, failed: 31), others, null, Now.AddSeconds(1)));
        var stopped = CanaryDecisions.Decide(progress, Did(50, 100, failed: 50), others, null, Now.AddSeconds(1))!.Value;

        Assert.Equal(CanaryStatus.RolledBack, stopped.Progress.Status);
        Assert.Contains("beside the share of 0.3", stopped.Progress.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_SiloThatDiesAndOneThatComesLate_CountOnlyWhatWasDoneInTheStep()
    {
        var (first, second) = (SiloAddress.New(new(IPAddress.Loopback, 1), 1), SiloAddress.New(new(IPAddress.Loopback, 2), 1));
        var counts = new CanaryCounts(revision: 3);

        counts.Look([(first, [Served(1, 1000)]), (second, [])]);
        counts.Look([(first, [Served(1, 1010), Served(2, 5)]), (second, [Served(1, 700), Served(2, 70)])]);
        counts.Look([(first, []), (second, [Served(1, 703), Served(2, 72)])]);

        Assert.Equal((13, 2), (counts.Since(1).Succeeded, counts.Since(2).Succeeded));
        Assert.Equal(15, counts.Since(1, 2).Succeeded);
    }

    [Fact]
    public void Decide_FewRequestsThatAllFail_NeitherAdvancesNorGoesBackYet()
    {
        var (progress, _) = CanaryDecisions.Begin(Spec() with { MinimumRequests = 10 }, Stable, Now);

        Assert.Null(CanaryDecisions.Decide(progress, Did(0, 0, failed: 19), Usual, null, Now.AddHours(1)));
        Assert.Equal(CanaryStatus.RolledBack, CanaryDecisions.Decide(progress, Did(0, 0, failed: 20), Usual, null, Now.AddHours(1))!.Value.Progress.Status);
    }

    private static ServedVersion Served(int version, long succeeded) => new() { Version = version, Variant = "v", Signature = new TensorSignature(), Platform = "dotnet", Statistics = new InferStatistics { Succeeded = succeeded } };

    [Theory]
    [InlineData(20, 0)]
    [InlineData(0, 20)]
    public void Decide_CanaryThatHangs_GoesBackByWhatWaitedInVain(int rejected, int abandoned)
    {
        var (progress, _) = CanaryDecisions.Begin(Spec(), Stable, Now);

        var stopped = CanaryDecisions.Decide(progress, new InferStatistics { Rejected = rejected, Abandoned = abandoned }, Usual, null, Now.AddSeconds(1))!.Value;

        Assert.Equal(CanaryStatus.RolledBack, stopped.Progress.Status);
    }

    [Fact]
    public void Decide_LimitsOfTheEndpointRefuse_SaysNothingAboutTheCanary()
    {
        var (progress, _) = CanaryDecisions.Begin(Spec(), Stable, Now);

        Assert.Null(CanaryDecisions.Decide(progress, new InferStatistics { Rejected = 100, Limited = 100 }, Usual, null, Now.AddSeconds(1)));
    }

    [Fact]
    public void Decide_TooLittleToJudge_Waits()
    {
        var (progress, _) = CanaryDecisions.Begin(Spec(), Stable, Now);

        Assert.Null(CanaryDecisions.Decide(progress, Did(10, 1000, failed: 9), Usual, null, Now.AddMinutes(5)));
        Assert.Null(CanaryDecisions.Decide(progress, Did(50, 1000), Usual, null, Now.AddMinutes(5)));
    }

    [Theory]
    [InlineData("canary.version")]
    [InlineData("canary.steps[1]")]
    [InlineData("canary.steps")]
    [InlineData("canary.step_duration")]
    [InlineData("canary.minimum_requests")]
    [InlineData("canary.maximum_error_rate")]
    [InlineData("canary.maximum_latency_ratio")]
    [InlineData("canary.quality_confidence")]
    [InlineData("canary")]
    public void Check_OutOfItsRange_IsRefusedByName(string field)
    {
        var command = new DeployEndpoint { Name = "e", Model = "m", OperationId = "o", Variants = Stable, Canary = Spec() };
        var wrong = field switch
        {
            "canary.version" => command with { Canary = Spec() with { Version = 1 } },
            "canary.steps[1]" => command with { Canary = Spec() with { Steps = [0.5, 0.5] } },
            "canary.steps" => command with { Canary = Spec() with { Steps = [.. Enumerable.Range(1, 101).Select(i => i / 101.0)] } },
            "canary.step_duration" => command with { Canary = Spec() with { StepDuration = TimeSpan.Zero } },
            "canary.minimum_requests" => command with { Canary = Spec() with { MinimumRequests = 0 } },
            "canary.maximum_error_rate" => command with { Canary = Spec() with { MaximumErrorRate = double.NaN } },
            "canary.maximum_latency_ratio" => command with { Canary = Spec() with { MaximumLatencyRatio = 0.5 } },
            "canary.quality_confidence" => command with { Canary = Spec() with { QualityConfidence = 1 } },
            _ => command with { Versions = new VersionPolicy() },
        };

        Assert.Equal(field, Assert.Throws<InvalidInputException>(() => CanaryDecisions.Check(wrong)).Field);
        CanaryDecisions.Check(command);
    }

    private static CanarySpec Spec() => new() { Version = 2, Steps = [0.1, 0.5], StepDuration = TimeSpan.FromMinutes(1), MinimumRequests = 100 };

    private static InferStatistics Did(long succeeded, long microseconds, long failed = 0) =>
        new() { Succeeded = succeeded, Failed = failed, SucceededNanoseconds = succeeded * microseconds * 1000 };
}
