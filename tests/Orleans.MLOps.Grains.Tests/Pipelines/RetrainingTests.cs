using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Pipelines;
using Orleans.MLOps.Grains.Tests.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Pipelines;

public sealed class RetrainingTests
{
    private static readonly string[] Candidates = [PolicyRules.Recent, PolicyRules.Full, PolicyRules.Warm];

    [Fact]
    public async Task TurnedWorld_RestartInTheMiddle_WinnerIsPromotedWhenItsTimeHasCome()
    {
        await using var platform = new ReplayPlatform();
        await platform.InitializeAsync();
        var world = new RetrainingWorld(platform, turned: true);
        await world.BeginAsync(gapDays: 0, TimeSpan.FromDays(5));
        await SetGatesAsync(platform, new PromotionGate { Kind = GateKind.BetterThanChampion, Metric = "log_loss" }, new PromotionGate { Kind = GateKind.ParityPassed });

        var begun = await world.ServeUntilRetrainingAsync();
        await platform.Silo.RestartAsync();
        var judged = await world.WaitForVerdictAsync(begun.RunId);

        Assert.True(judged.Verdict == Verdict.Promoted, judged.Reason);
        Assert.Equal(PipelineRunStatus.Promoting, judged.Status);
        Assert.Equal(judged.TriggeredAt.AddHours(3), judged.PromoteAt);
        Assert.Equal(Candidates, judged.Candidates.Select(candidate => candidate.Name));
        Assert.Equal(3, judged.Candidates.Select(candidate => candidate.WeightsDigest).Distinct().Count());
        Assert.True(judged is { ChampionVersion: 1, JudgedDays: 4, JudgedRows: > 1000 }, $"{judged}");
        var winner = Assert.Single(judged.Candidates, candidate => candidate.ModelVersion == judged.Winner);
        Assert.True(winner.LogLoss < judged.ChampionLogLoss && winner.UpperBound < 0);
        Assert.Equal(1, Assert.Single((await platform.Client.Serving.GetAsync(RetrainingWorld.Name)).Variants).Version);
        await CheckSealedAsync(platform, world, judged);

        var promoted = await world.LetPromoteAsync(judged);

        Assert.Equal((PipelineRunStatus.Completed, Verdict.Promoted), (promoted.Status, promoted.Verdict));
        var endpoint = await platform.Client.Serving.GetAsync(RetrainingWorld.Name);
        Assert.Equal((2, judged.Winner, LogPolicy.Durable), (endpoint.Revision, endpoint.Variants[0].Version, endpoint.LogPolicy));
        var model = await platform.Client.Models.GetAsync(RetrainingWorld.Name);
        Assert.All(model.Aliases, alias => Assert.Equal(judged.Winner, alias.Version));
        Assert.Equal(["challenger", "champion"], model.Aliases.Select(alias => alias.Name).Order());
        var history = await platform.Client.Models.GetAliasHistoryAsync(new AliasHistoryQuery { Model = RetrainingWorld.Name, Alias = "champion", Limit = 1 });
        Assert.Equal((judged.ChampionLogLoss, winner.LogLoss), (history.Changes[0].Evidence["champion.log_loss"], history.Changes[0].Evidence["log_loss"]));
        Assert.Equal([winner.LogLoss, 0], history.Changes[0].Evaluation!.Results.Select(result => result.Gate.Kind == GateKind.ParityPassed ? 0 : result.Value));
        var requests = await platform.Client.Catalog.ListAsync(new CatalogQuery { Kind = AlertRules.RequestCatalog, Name = RetrainingWorld.Name });
        Assert.Equal(RequestDecisions.Covered, Assert.Single(requests.Entries).Status);
        Assert.Equal(promoted.RunId, Assert.Single(await platform.Client.Pipelines.ListRunsAsync(RetrainingWorld.Name)).RunId);

        var back = await platform.Client.Serving.RollbackAsync(RetrainingWorld.Name, "worse", "back");
        Assert.Equal(1, back.Variants[0].Version);
        Assert.Equal(1, (await platform.Client.Models.GetAsync(RetrainingWorld.Name)).Aliases.Single(alias => alias.Name == "champion").Version);
    }

    [Fact]
    public async Task TurnedWorld_GateRefusesTheWinner_NothingChangesAndTheRunSaysWhy()
    {
        await using var platform = new ReplayPlatform();
        await platform.InitializeAsync();
        var world = new RetrainingWorld(platform, turned: true);
        await world.BeginAsync(gapDays: 0, TimeSpan.FromDays(5));
        await SetGatesAsync(platform, new PromotionGate { Kind = GateKind.ApprovedBySecondPerson });
        var judged = await world.WaitForVerdictAsync((await world.ServeUntilRetrainingAsync()).RunId);

        var ended = await world.LetPromoteAsync(judged);

        Assert.Equal((PipelineRunStatus.Completed, Verdict.Refused), (ended.Status, ended.Verdict));
        Assert.Contains("approved by a second person", ended.Reason, StringComparison.Ordinal);
        Assert.Equal(1, (await platform.Client.Serving.GetAsync(RetrainingWorld.Name)).Revision);
        Assert.Equal(1, (await platform.Client.Models.GetAsync(RetrainingWorld.Name)).Aliases.Single(alias => alias.Name == "champion").Version);
    }

    [Fact]
    public async Task TurnedWorld_RouteChangedMeanwhile_IsNotPromotedOver()
    {
        await using var platform = new ReplayPlatform();
        await platform.InitializeAsync();
        var world = new RetrainingWorld(platform, turned: true);
        await world.BeginAsync(gapDays: 0, TimeSpan.FromDays(5));
        var judged = await world.WaitForVerdictAsync((await world.ServeUntilRetrainingAsync()).RunId);
        var byHand = judged.Candidates.First(candidate => candidate.ModelVersion != judged.Winner).ModelVersion!.Value;
        await platform.DeployAsync(RetrainingWorld.Name, LogPolicy.Durable, byHand);

        var ended = await world.LetPromoteAsync(judged);

        Assert.Equal((PipelineRunStatus.Failed, Verdict.Failed), (ended.Status, ended.Verdict));
        Assert.Contains($"serves version {byHand} meanwhile", ended.Reason, StringComparison.Ordinal);
        Assert.Equal(byHand, (await platform.Client.Serving.GetAsync(RetrainingWorld.Name)).Variants[0].Version);
        Assert.Equal(1, (await platform.Client.Models.GetAsync(RetrainingWorld.Name)).Aliases.Single(alias => alias.Name == "champion").Version);
    }

    [Fact]
    public async Task SameWorld_NothingIsSurelyBetter_IsRefused()
    {
        await using var platform = new ReplayPlatform();
        await platform.InitializeAsync();
        var world = new RetrainingWorld(platform, turned: false);
        await world.BeginAsync(gapDays: 0, TimeSpan.FromDays(4));

        var run = await world.WaitForVerdictAsync((await world.ServeUntilRetrainingAsync()).RunId);

        Assert.True(run.Verdict == Verdict.Refused, run.Reason);
        Assert.Equal(PipelineRunStatus.Completed, run.Status);
        Assert.All(run.Candidates, candidate => Assert.True(candidate is { Error: null, UpperBound: >= 0 }));
        Assert.Null(run.Winner);
        Assert.Equal(1, (await platform.Client.Serving.GetAsync(RetrainingWorld.Name)).Revision);
    }

    [Fact]
    public async Task TwoDaysOfLabels_AreNotEnoughEvidence()
    {
        await using var platform = new ReplayPlatform();
        await platform.InitializeAsync();
        var world = new RetrainingWorld(platform, turned: true);
        await world.BeginAsync(gapDays: 4, TimeSpan.FromDays(1.5));

        var run = await world.WaitForVerdictAsync((await world.ServeUntilRetrainingAsync()).RunId);

        Assert.True(run.Verdict == Verdict.NotEnoughEvidence, run.Reason);
        Assert.Equal(2, run.JudgedDays);
        Assert.Contains("not enough evidence", run.Reason, StringComparison.Ordinal);
        Assert.Equal(1, (await platform.Client.Serving.GetAsync(RetrainingWorld.Name)).Revision);
    }

    [Fact]
    public async Task Configure_WhatCannotLearn_IsRefused()
    {
        await using var platform = new ReplayPlatform();
        await platform.InitializeAsync();
        var sampled = await platform.ServeAsync(LogPolicy.Sampled);
        var durable = await platform.ServeAsync();
        var template = PolicySamples.Good.Template;

        var lossy = await Assert.ThrowsAsync<FailedPreconditionException>(() => platform.Client.Pipelines.ConfigureAsync(
            PolicySamples.Good with { Endpoint = sampled, Template = template with { RegisterAs = sampled } }));
        var foreign = await Assert.ThrowsAsync<InvalidInputException>(() => platform.Client.Pipelines.ConfigureAsync(PolicySamples.Good with { Endpoint = durable }));

        Assert.Contains("Durable", lossy.Message, StringComparison.Ordinal);
        Assert.Equal("register_as", foreign.Field);
        Assert.Null(await platform.Client.Pipelines.GetActiveRunAsync(durable));
    }

    [Fact]
    public async Task Configure_TemplateThatCouldNeverTrain_IsRefusedByField()
    {
        await using var platform = new ReplayPlatform();
        await platform.InitializeAsync();
        var name = await platform.ServeAsync();
        var good = PolicySamples.Good with { Endpoint = name, Template = PolicySamples.Good.Template with { RegisterAs = name } };
        var absent = new string('e', 64);

        await RefuseAsync<InvalidInputException>(good with { Template = good.Template with { Epochs = 0 } }, "epochs");
        await RefuseAsync<InvalidInputException>(good with { Template = good.Template with { Numeric = ["y"] } }, "template.numeric");
        await RefuseAsync<InvalidInputException>(good with { Template = good.Template with { Categorical = [] } }, "template.categorical");
        await RefuseAsync<InvalidInputException>(good with { Template = good.Template with { Numeric = ["x", "label"] } }, "numeric");
        await RefuseAsync<InvalidInputException>(good with { BaseFrames = ["frame"] }, "base_frames");
        await RefuseAsync<NotFoundException>(good with { BaseFrames = [absent] }, "base_frames");
        await platform.Client.Pipelines.ConfigureAsync(good);

        async Task RefuseAsync<TError>(ContinuousTrainingPolicy policy, string field)
            where TError : MLOpsException =>
            Assert.Equal(field, (await Assert.ThrowsAsync<TError>(() => platform.Client.Pipelines.ConfigureAsync(policy))).Field);
    }

    private static Task<AliasGates> SetGatesAsync(ReplayPlatform platform, params PromotionGate[] gates) =>
        platform.Client.Models.SetGatesAsync(new SetGates { Model = RetrainingWorld.Name, Alias = "champion", Gates = gates });

    /// <summary>The sealed version holds history and every answer known at the alert, features as served, and says where it comes from.</summary>
    private static async Task CheckSealedAsync(ReplayPlatform platform, RetrainingWorld world, PipelineRunInfo run)
    {
        var key = DatasetVersionKey.Parse(run.DatasetVersion!);
        var version = await platform.Client.Datasets.GetAsync(key.Name, key.Digest);
        Assert.Equal([run.Endpoint, RetrainingWorld.BaseDataset], version.Parents);
        var frame = await platform.Silo.Services.GetRequiredService<FrameReader>().ReadAsync(version.Raw.Digest, ["x"], ["c"], CancellationToken.None);
        Assert.Equal(version.RowCount, frame.Rows);
        var at = ServingSamples.Microseconds(run.TriggeredAt);
        Assert.All(frame.AvailableAt, known => Assert.True(known < at));
        var joined = frame.Rows - (RetrainingWorld.HistoryDays * 24 * 20);
        Assert.InRange(joined, world.Labels - 40, world.Labels);
        Assert.True(frame.EventTimes.AsSpan().SequenceEqual(frame.EventTimes.Order().ToArray()));
    }
}
