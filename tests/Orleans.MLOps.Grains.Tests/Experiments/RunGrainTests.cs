using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Tests.Platform;

namespace Orleans.MLOps.Grains.Tests.Experiments;

public sealed class RunGrainTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly DateTimeOffset Noon = new(2001, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Start_Repeated_GivesTheSameRun()
    {
        var id = NewId();
        var command = await CommandAsync() with { Name = "first", Seed = 7, Packages = new() { ["a"] = "1" }, Tags = new() { ["t"] = "v" } };

        var first = await Run(id).Start(command);
        var again = await Run(id).Start(command);

        Assert.Equal(first.StartedAt, again.StartedAt);
        Assert.Equal(("first", 7L, "1", "v"), (again.Name, again.Seed, again.Packages["a"], again.Tags["t"]));
    }

    [Fact]
    public async Task Start_OtherFactsUnderTheSameId_IsRefused()
    {
        var run = await StartAsync();
        var command = await CommandAsync() with { Seed = 99 };

        await Assert.ThrowsAsync<AlreadyExistsException>(() => run.Start(command));
    }

    [Fact]
    public async Task Start_UnknownExperiment_IsNotFoundAndWritesNothing()
    {
        var run = Run(NewId());

        await Assert.ThrowsAsync<NotFoundException>(() => run.Start(new StartRun { ExperimentId = 1_000_000 }));

        Assert.Null(await run.GetState());
    }

    [Fact]
    public async Task Start_AnotherRunsId_IsRefused()
    {
        var command = await CommandAsync() with { RunId = NewId() };

        await Assert.ThrowsAsync<InvalidInputException>(() => Run(NewId()).Start(command));
    }

    [Fact]
    public async Task Log_ParamWithAnotherValue_RefusesTheWholeBatch()
    {
        var run = await StartAsync();
        await run.Log(new LogBatch { Params = new() { ["rate"] = "0.1" } });

        var error = await Assert.ThrowsAsync<FailedPreconditionException>(() => run.Log(new LogBatch
        {
            Params = new() { ["other"] = "x", ["rate"] = "0.2" },
            Tags = new() { ["t"] = "v" },
            Metrics = [new MetricPoint { Key = "loss", Value = 1, Timestamp = Noon }],
        }));

        Assert.Contains("'rate'", error.Message);
        Assert.Contains("'0.1'", error.Message);
        Assert.Contains("'0.2'", error.Message);
        var info = await run.Get();
        Assert.Equal(["rate"], info.Params.Keys);
        Assert.Empty(info.Tags);
        Assert.Empty(info.Metrics);
    }

    [Fact]
    public async Task Log_SameParamAgain_IsANoOp()
    {
        var run = await StartAsync();
        var batch = new LogBatch { Params = new() { ["rate"] = "0.1" } };

        await run.Log(batch);
        await run.Log(batch);

        Assert.Equal("0.1", (await run.Get()).Params["rate"]);
    }

    [Fact]
    public async Task Log_NaNAndInfinities_ComeBackAsTheyWere()
    {
        var run = await StartAsync();
        double[] values = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, -0.0, double.Epsilon];

        await run.Log(new LogBatch { Metrics = [.. values.Select((value, i) => new MetricPoint { Key = $"m{i}", Value = value, Step = i, Timestamp = Noon })] });

        var info = await run.Get();
        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal(values[i], info.Metric($"m{i}"));
            var history = await run.GetMetricHistory(new MetricHistoryQuery { RunId = info.RunId, Key = $"m{i}" });
            Assert.Equal(values[i], Assert.Single(history.Points).Value);
            Assert.Equal(Noon, history.Points[0].Timestamp);
        }
    }

    [Fact]
    public async Task Log_OlderStepLater_KeepsTheNewestAsLatest()
    {
        var run = await StartAsync();

        await run.Log(new LogBatch { Metrics = [Point("loss", 3, 30), Point("loss", 1, 10)] });
        await run.Log(new LogBatch { Metrics = [Point("loss", 2, 20)] });

        Assert.Equal(3, (await run.Get()).Metric("loss"));
        await run.Log(new LogBatch { Metrics = [Point("loss", 4, 30)] });
        Assert.Equal(4, (await run.Get()).Metric("loss"));
    }

    [Fact]
    public async Task GetMetricHistory_InPages_ContinuesInCommitOrder()
    {
        var run = await StartAsync();
        await run.Log(new LogBatch { Metrics = [.. Enumerable.Range(0, 10).Select(i => Point("loss", i, 9 - i))] });
        var info = await run.Get();

        var first = await run.GetMetricHistory(new MetricHistoryQuery { RunId = info.RunId, Key = "loss", Limit = 4 });
        var rest = await run.GetMetricHistory(new MetricHistoryQuery { RunId = info.RunId, Key = "loss", AfterSequence = first.LastSequence });
        var end = await run.GetMetricHistory(new MetricHistoryQuery { RunId = info.RunId, Key = "loss", AfterSequence = rest.LastSequence });

        Assert.Equal(Enumerable.Range(0, 10).Select(i => (double)i), first.Points.Concat(rest.Points).Select(point => point.Value));
        Assert.Empty(end.Points);
        Assert.Equal(rest.LastSequence, end.LastSequence);
    }

    [Fact]
    public async Task Log_EndedRun_IsKeptAndADeletedOneRefuses()
    {
        var run = await StartAsync();
        await run.End(RunStatus.Finished);

        await run.Log(new LogBatch { Tags = new() { ["t"] = "v" } });
        await run.SetLifecycle(Lifecycle.Deleted);
        var error = await Assert.ThrowsAsync<FailedPreconditionException>(() => run.Log(new LogBatch { Tags = new() { ["t"] = "w" } }));

        Assert.Contains("deleted", error.Message);
        var info = await run.Get();
        Assert.Equal(("v", RunStatus.Finished, Lifecycle.Deleted), (info.Tags["t"], info.Status, info.Lifecycle));
    }

    [Fact]
    public async Task End_OtherStatusAfterTheEnd_IsRefusedAndTheSameIsANoOp()
    {
        var run = await StartAsync();
        await run.End(RunStatus.Failed);
        var ended = (await run.Get()).EndedAt;

        await run.End(RunStatus.Failed);
        await Assert.ThrowsAsync<FailedPreconditionException>(() => run.End(RunStatus.Finished));
        await Assert.ThrowsAsync<InvalidInputException>(() => run.End(RunStatus.Running));

        Assert.Equal(ended, (await run.Get()).EndedAt);
    }

    [Fact]
    public async Task SetLifecycle_DeletedExperiment_RefusesRunsAndTheirWritesUntilRestored()
    {
        var command = await CommandAsync();
        var run = Run(NewId());
        await run.Start(command);
        var experiment = platform.Grains.GetGrain<IExperimentGrain>(new ExperimentKey(command.ExperimentId).ToString());

        await experiment.SetLifecycle(Lifecycle.Deleted);

        await Assert.ThrowsAsync<FailedPreconditionException>(() => run.Log(new LogBatch { Tags = new() { ["t"] = "v" } }));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => run.End(RunStatus.Finished));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => Run(NewId()).Start(command));
        await experiment.SetLifecycle(Lifecycle.Active);
        await run.Log(new LogBatch { Tags = new() { ["t"] = "v" } });
        Assert.Equal("v", (await run.Get()).Tags["t"]);
    }

    [Fact]
    public async Task Create_SameName_FindsTheExperimentAndUnknownNamesAreErrors()
    {
        var name = NewId();
        var directory = platform.Grains.GetGrain<IExperimentDirectoryGrain>(new ExperimentDirectoryKey("default", name).ToString());

        await Assert.ThrowsAsync<NotFoundException>(() => directory.Find(name));
        var first = await directory.Create(new CreateExperiment { Name = name });
        var again = await directory.Create(new CreateExperiment { Name = name });

        Assert.Equal((first.ExperimentId, first.CreatedAt), (again.ExperimentId, again.CreatedAt));
        Assert.Equal(first.ExperimentId, (await directory.Find(name)).ExperimentId);
        await Assert.ThrowsAsync<NotFoundException>(() => platform.Grains.GetGrain<IExperimentGrain>(new ExperimentKey(1_000_000).ToString()).SetLifecycle(Lifecycle.Deleted));
        await Assert.ThrowsAsync<NotFoundException>(() => Run(NewId()).Get());
        await Assert.ThrowsAsync<NotFoundException>(() => Files(NewId()).List());
    }

    [Fact]
    public async Task Add_PathThatLeavesTheRun_IsRefusedAndTheUploadDropped()
    {
        var files = Files((await (await StartAsync()).Get()).RunId);
        foreach (var path in new[] { "../x", "/x", "a//b", "a/./b", "a\\b", "", "a/..", "x\n" })
        {
            var staged = await StageAsync("content");

            await Assert.ThrowsAsync<InvalidInputException>(() => files.Add(path, staged));

            Assert.False(File.Exists(Blobs.GetLocalPathOrEmpty(staged)));
        }

        Assert.Empty(await files.List());
    }

    [Fact]
    public async Task Add_SamePath_ReplacesOnlyOtherBytes()
    {
        var files = Files((await (await StartAsync()).Get()).RunId);

        var first = await files.Add("a/b.txt", await StageAsync("one"));
        var same = await files.Add("a/b.txt", await StageAsync("one"));
        var other = await files.Add("a/b.txt", await StageAsync("two"));

        Assert.Equal(first, same);
        Assert.NotEqual(first.Digest, other.Digest);
        Assert.Equal(other, Assert.Single(await files.List()));
    }

    [Theory]
    [InlineData(251, 1)]
    [InlineData(1, 65_537)]
    public async Task Log_TooLongKeyOrValue_IsRefused(int keyLength, int valueLength)
    {
        var run = await StartAsync();

        await Assert.ThrowsAsync<InvalidInputException>(
            () => run.Log(new LogBatch { Params = new() { [new string('k', keyLength)] = new string('v', valueLength) } }));

        Assert.Empty((await run.Get()).Params);
    }

    [Fact]
    public async Task Log_WrongKeysAndCounts_AreRefused()
    {
        var run = await StartAsync();
        LogBatch[] wrong =
        [
            new() { Metrics = [.. Enumerable.Range(0, 1001).Select(i => Point("m", i, i))] },
            new() { Metrics = [Point("", 1, 1)] },
            new() { Metrics = [Point("a\tb", 1, 1)] },
            new() { Tags = new() { ["t"] = new string('v', 65_537) } },
            new() { Params = new() { ["p"] = "a\0b" } },
        ];

        foreach (var batch in wrong)
        {
            await Assert.ThrowsAsync<InvalidInputException>(() => run.Log(batch));
        }

        await run.Log(new LogBatch
        {
            Params = new() { [new string('k', 250)] = new string('v', 65_536) },
            Tags = new() { ["t"] = new string('v', 65_536) },
            Metrics = [.. Enumerable.Range(0, 1000).Select(i => Point("m", i, i))],
        });
    }

    private IBlobStore Blobs => platform.Services.GetRequiredService<IBlobStore>();

    private static string NewId() => Guid.NewGuid().ToString("N");

    private static MetricPoint Point(string key, double value, long step) => new() { Key = key, Value = value, Step = step, Timestamp = Noon };

    private IArtifactsGrain Files(string owner) => platform.Grains.GetGrain<IArtifactsGrain>(new ArtifactsKey(owner).ToString());

    private IRunGrain Run(string id) => platform.Grains.GetGrain<IRunGrain>(new RunKey(id).ToString());

    private async Task<IRunGrain> StartAsync()
    {
        var run = Run(NewId());
        await run.Start(await CommandAsync());
        return run;
    }

    private async Task<StartRun> CommandAsync()
    {
        var name = NewId();
        var directory = platform.Grains.GetGrain<IExperimentDirectoryGrain>(new ExperimentDirectoryKey("default", name).ToString());
        return new StartRun { ExperimentId = (await directory.Create(new CreateExperiment { Name = name })).ExperimentId };
    }

    private Task<StagedBlob> StageAsync(string text) => Blobs.StageAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)));
}
