using System.Text;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Tests.Experiments;

/// <summary>Named batches, removal for good and thinned curves.</summary>
public sealed class RunKeepingTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly DateTimeOffset Noon = new(2001, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Log_NamedBatchTwice_CountsOnceAndAnotherUnderItsNameIsRefused()
    {
        var run = await StartAsync();
        var batch = new LogBatch { OperationId = "first", Tags = new() { ["t"] = "1" }, Metrics = [Point(1, 1)] };
        await run.Log(batch);
        await run.Log(new LogBatch { Tags = new() { ["t"] = "2" } });
        await run.Log(batch);

        Assert.Equal("2", (await run.Get()).Tags["t"]);
        var error = await Assert.ThrowsAsync<AlreadyExistsException>(() => run.Log(batch with { Metrics = [Point(1, 2)] }));
        Assert.Contains("'first'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_RefusedNamedBatch_CanBeSentAgainWhenItsReasonIsGone()
    {
        var run = await StartAsync();
        var batch = new LogBatch { OperationId = "first", Metrics = [Point(1, 1)] };
        await run.SetLifecycle(Lifecycle.Deleted);
        await Assert.ThrowsAsync<FailedPreconditionException>(() => run.Log(batch));
        await run.SetLifecycle(Lifecycle.Active);
        await run.Log(batch);

        Assert.Equal(1, (await run.Get()).Metric("m"));
    }

    [Fact]
    public async Task Log_ExpectedTag_IsChangedOnlyFromWhatItWas()
    {
        var run = await StartAsync();
        await run.Log(Change(null, "1"));
        await run.Log(Change("1", "2"));

        foreach (var wrong in new[] { null, "1" })
        {
            var error = await Assert.ThrowsAsync<FailedPreconditionException>(() => run.Log(Change(wrong, "3") with { Params = new() { ["p"] = "1" } }));
            Assert.Equal("expected_tags", error.Field);
        }

        var info = await run.Get();
        Assert.Equal("2", info.Tags["t"]);
        Assert.Empty(info.Params);

        static LogBatch Change(string? from, string to) => new() { Tags = new() { ["t"] = to }, ExpectedTags = [new ExpectedTag { Key = "t", Value = from }] };
    }

    [Fact]
    public async Task Log_ExpectedTagThatIsNamedAndRepeated_CountsOnce()
    {
        var run = await StartAsync();
        var batch = new LogBatch { OperationId = "first", Tags = new() { ["t"] = "1" }, ExpectedTags = [new ExpectedTag { Key = "t" }] };
        await run.Log(batch);
        await run.Log(batch);

        Assert.Equal("1", (await run.Get()).Tags["t"]);
    }

    [Fact]
    public async Task Log_ExpectedTagThatTheBatchDoesNotSet_IsRefused()
    {
        var run = await StartAsync();

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => run.Log(new LogBatch { ExpectedTags = [new ExpectedTag { Key = "t" }] }));
        Assert.Equal("expected_tags", error.Field);
    }

    [Fact]
    public async Task Purge_DeletedExperiment_IsGoneItsNameIsFreeAndItsBytesAreGivenBack()
    {
        var blobs = platform.Services.GetRequiredService<IBlobStore>();
        var (run, experiment, name) = await StartInAsync();
        var id = (await run.Get()).RunId;
        await run.Log(new LogBatch { Metrics = [.. Enumerable.Range(0, 1000).Select(i => Point(i, i))], Params = new() { ["p"] = "1" } });
        var files = platform.Grains.GetGrain<IArtifactsGrain>(new ArtifactsKey(id).ToString());
        var file = await files.Add("only/here", await blobs.StageAsync(new MemoryStream(Encoding.UTF8.GetBytes(id)), Cancel));
        var shared = await files.Add("shared", await blobs.StageAsync(new MemoryStream("shared by two runs"u8.ToArray()), Cancel));
        var other = await StartAsync();
        await platform.Grains.GetGrain<IArtifactsGrain>(new ArtifactsKey((await other.Get()).RunId).ToString())
            .Add("shared", await blobs.StageAsync(new MemoryStream("shared by two runs"u8.ToArray()), Cancel));

        await Assert.ThrowsAsync<FailedPreconditionException>(() => run.Purge());
        await Assert.ThrowsAsync<FailedPreconditionException>(() => experiment.Purge());
        await experiment.SetLifecycle(Lifecycle.Deleted);
        await experiment.Purge();
        await experiment.Purge();

        Assert.Null(await run.GetState());
        Assert.Null(await experiment.GetState());
        await platform.Grains.GetGrain<IExperimentDirectoryGrain>(new ExperimentDirectoryKey("default", name).ToString()).Create(new CreateExperiment { Name = name, MustBeNew = true });
        Assert.NotNull(await blobs.FindAsync(file.Digest, Cancel));
        await new BlobUpkeep(platform.Services.GetRequiredService<ITables>(), blobs, new PlatformClock(TimeProvider.System, new ShiftedTime(BlobUpkeep.Grace * 2))).RunAsync(Cancel);
        Assert.Null(await blobs.FindAsync(file.Digest, Cancel));
        Assert.NotNull(await blobs.FindAsync(shared.Digest, Cancel));
    }

    [Fact]
    public async Task GetMetricSamples_MillionsWouldBeDrawn_KeepsEveryExtreme()
    {
        var run = await StartAsync();
        var random = new Random(5);
        var values = Enumerable.Range(0, 5000).Select(i => i is 1234 ? 99.0 : i is 4321 ? -99.0 : random.NextDouble()).ToArray();
        foreach (var piece in Enumerable.Range(0, 5000).Chunk(1000))
        {
            await run.Log(new LogBatch { Metrics = [.. piece.Select(i => Point(i, values[i]))] });
        }

        var id = (await run.Get()).RunId;
        var samples = await run.GetMetricSamples(new MetricSamplesQuery { RunId = id, Key = "m", Points = 100 });

        Assert.Equal(5000, samples.Total);
        Assert.InRange(samples.Points.Length, 25, 100);
        Assert.Equal((-99.0, 99.0, 0L, 4999L), (samples.Points.Min(point => point.Value), samples.Points.Max(point => point.Value), samples.Points[0].Step, samples.Points[^1].Step));
        Assert.Equal(samples.Points.Select(point => point.Step).Order(), samples.Points.Select(point => point.Step));
        var part = await run.GetMetricSamples(new MetricSamplesQuery { RunId = id, Key = "m", Points = 100, FromStep = 10, ToStep = 30 });
        Assert.Equal(values[10..31], part.Points.Select(point => point.Value));
        await Assert.ThrowsAsync<InvalidInputException>(() => run.GetMetricSamples(new MetricSamplesQuery { RunId = id, Key = "m", Points = 3 }));
    }

    [Fact]
    public void Sampler_AnyPoints_KeepsFirstLastLowestAndHighest() => Gen.Select(Gen.Long, Gen.OneOf(Gen.Double, Gen.Const(double.NaN)), (step, value) => Point(step, value)).Array[1, 400].Sample(points =>
    {
        var sampler = new MetricSampler(20, points.Length, points.Min(point => point.Step), points.Max(point => point.Step));
        Array.ForEach(points, sampler.Add);
        var kept = sampler.Finish();

        Assert.True(kept.Length <= Math.Max(20, points.Length <= 20 ? points.Length : 20));
        Assert.Equal(points.Min(point => point.Step), kept.Min(point => point.Step));
        Assert.Equal(points.Max(point => point.Step), kept.Max(point => point.Step));
        double[] numbers = [.. points.Select(point => point.Value).Where(value => !double.IsNaN(value))];
        if (numbers.Length > 0)
        {
            Assert.Contains(numbers.Min(), kept.Select(point => point.Value));
            Assert.Contains(numbers.Max(), kept.Select(point => point.Value));
        }
    });

    private static MetricPoint Point(long step, double value) => new() { Key = "m", Step = step, Value = value, Timestamp = Noon.AddSeconds(step % 100_000) };

    private async Task<IRunGrain> StartAsync() => (await StartInAsync()).Run;

    private async Task<(IRunGrain Run, IExperimentGrain Experiment, string Name)> StartInAsync()
    {
        var name = Guid.NewGuid().ToString("N");
        var experiment = await platform.Grains.GetGrain<IExperimentDirectoryGrain>(new ExperimentDirectoryKey("default", name).ToString()).Create(new CreateExperiment { Name = name });
        var run = platform.Grains.GetGrain<IRunGrain>(new RunKey(Guid.NewGuid().ToString("N")).ToString());
        await run.Start(new StartRun { ExperimentId = experiment.ExperimentId });
        return (run, platform.Grains.GetGrain<IExperimentGrain>(new ExperimentKey(experiment.ExperimentId).ToString()), name);
    }
}
