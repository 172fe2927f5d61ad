using Orleans.MLOps.Grains.Pipelines;
using Orleans.MLOps.Grains.Tests.Serving;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Pipelines;

public sealed class PipelineRunRulesTests
{
    private static readonly DateTimeOffset At = ServingSamples.Now;

    [Fact]
    public void CandidateSpec_EachCandidate_TrainsOnWhatWasKnownBeforeTheJudgesWindow()
    {
        var (recent, full, warm) = (Spec(PolicyRules.Recent), Spec(PolicyRules.Full), Spec(PolicyRules.Warm));

        Assert.All([recent, full, warm], spec => Assert.Equal((At.AddDays(-7), At, "frame", "dataset"), (spec.TrainTo, spec.HoldoutTo, spec.FrameDigest, spec.DatasetVersion)));
        Assert.Equal([At.AddDays(-28), null, At.AddDays(-28)], new[] { recent.TrainFrom, full.TrainFrom, warm.TrainFrom });
        Assert.Equal([null, null, "champion"], new[] { recent.WarmStart, full.WarmStart, warm.WarmStart });
        Assert.Equal([3, 3, 1], new[] { recent.Epochs, full.Epochs, warm.Epochs });
        Assert.Equal(0.01, warm.LearningRate, 1e-12);
        Assert.Equal(3, new[] { recent.Name, full.Name, warm.Name }.Distinct().Count());
    }

    [Fact]
    public void JobId_FollowsFromRunAndCandidate()
    {
        Assert.Equal(PipelineRunRules.JobId("run", "full"), PipelineRunRules.JobId("run", "full"));
        Assert.NotEqual(PipelineRunRules.JobId("run", "full"), PipelineRunRules.JobId("run", "warm"));
        Assert.Equal(PipelineRunRules.JobId("run", "full"), JobKey.Parse(new JobKey(PipelineRunRules.JobId("run", "full")).ToString()).Id);
    }

    [Fact]
    public void Winner_OnlySurelyBetterOnes_AndOfThoseTheLowestLoss()
    {
        var sure = Candidate("a", 0.40, -0.001);
        var best = Candidate("b", 0.38, -0.0001);

        Assert.Equal("b", PipelineRunRules.Winner([sure, best, Candidate("c", 0.30, 0), Candidate("d", 0.30, null), Candidate("e", null, -1)])!.Name);
        Assert.Null(PipelineRunRules.Winner([Candidate("c", 0.30, 0.0)]));
        Assert.Null(PipelineRunRules.Winner([]));
    }

    [Fact]
    public void Explain_EachVerdict_SaysWhatItRestsOn()
    {
        var run = new PipelineRunInfo { RunId = "r", Endpoint = "e", ChampionVersion = 3, JudgedDays = 2 };

        Assert.Contains("Version 9 (a)", PipelineRunRules.Explain(run, Candidate("a", 0.4, -0.001) with { Difference = -0.01 }, 3), StringComparison.Ordinal);
        Assert.Contains("2 event days are not enough evidence; 3", PipelineRunRules.Explain(run, null, 3), StringComparison.Ordinal);
        Assert.Contains("version 3", PipelineRunRules.Explain(run with { JudgedDays = 3 }, null, 3), StringComparison.Ordinal);
    }

    [Fact]
    public void ServingVersion_MostTraffic_Wins() => Assert.Equal(2, PipelineRunRules.ServingVersion(new EndpointInfo
    {
        Project = "default",
        Name = "e",
        Model = "m",
        Variants = [new() { Name = "a", Version = 1, Weight = 0.3 }, new() { Name = "b", Version = 2, Weight = 0.7 }],
    }));

    [Fact]
    public void MayPass_RefusalsAndLosses_DoNot()
    {
        Assert.All<Exception>(
            [new UnavailableException("x"), new TimeoutException(), new OrleansException(), new TaskCanceledException(), new ObjectDisposedException("x")],
            error => Assert.True(PipelineRunRules.MayPass(error)));
        Assert.All<Exception>(
            [new InvalidInputException("x", "y"), new FailedPreconditionException("x", "y"), new DataLossException("x"), new InvalidOperationException()],
            error => Assert.False(PipelineRunRules.MayPass(error)));
    }

    private static Orleans.MLOps.Training.TrainingJobSpec Spec(string candidate) =>
        PipelineRunRules.CandidateSpec(PolicySamples.Good, candidate, At, "frame", "dataset", "champion");

    private static CandidateResult Candidate(string name, double? loss, double? bound) => new() { Name = name, ModelVersion = 9, LogLoss = loss, UpperBound = bound };
}
