using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Grains.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

public sealed class UsageRecordTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Memory = "system/process_memory_megabytes";

    private readonly FakeTimeProvider _wall = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    [Fact]
    public async Task During_LongWork_IsSampledEveryTenSecondsAndAtItsEnd()
    {
        var (id, run) = await StartAsync();

        Assert.Equal(7, await Usage(run, id).DuringAsync(async () =>
        {
            await TickAsync(id, run, Memory, 1);
            await TickAsync(id, run, Memory, 2);
            return 7;
        }));

        Assert.Equal([0, 1, 2], await StepsAsync(id, run, Memory));
    }

    [Fact]
    public async Task During_ResumedJob_GoesOnWithTheNextStep()
    {
        var (id, run) = await StartAsync();
        await Usage(run, id).DuringAsync(() => Task.FromResult(1));
        await Usage(run, id).DuringAsync(() => Task.FromResult(1));

        Assert.Equal([0, 1], await StepsAsync(id, run, Memory));
    }

    [Fact]
    public async Task During_FurtherPart_HasNamesOfItsOwn()
    {
        var (id, run) = await StartAsync();
        await Usage(run, id, part: 2).DuringAsync(() => Task.FromResult(1));

        Assert.Equal([0], await StepsAsync(id, run, "system/part_2/process_memory_megabytes"));
        Assert.Empty(await StepsAsync(id, run, Memory));
    }

    [Fact]
    public async Task During_WorkThatFails_ThrowsItsErrorAfterTheLastSample()
    {
        var (id, run) = await StartAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => Usage(run, id).DuringAsync<int>(() => throw new InvalidOperationException("broken")));

        Assert.Equal([0], await StepsAsync(id, run, Memory));
    }

    [Fact]
    public async Task During_RunThatTakesNothing_CostsTheWorkNothing()
    {
        var missing = platform.Grains.GetGrain<IRunGrain>(new RunKey(Guid.NewGuid().ToString("N")).ToString());

        Assert.Equal(7, await Usage(missing, "job").DuringAsync(() => Task.FromResult(7)));
    }

    private UsageRecord Usage(IRunGrain run, string id, int part = 0) =>
        new(run, new PartOrder { JobId = id, Spec = null!, Placement = [], Part = part }, new PlatformClock(_wall, _wall), NullLogger.Instance);

    // One tick only: a further one might fall into the sample that the first has begun.
    private async Task TickAsync(string id, IRunGrain run, string key, int count)
    {
        _wall.Advance(TimeSpan.FromSeconds(10));
        while ((await StepsAsync(id, run, key)).Count < count)
        {
            await Task.Yield();
        }
    }

    private static async Task<IReadOnlyList<long>> StepsAsync(string id, IRunGrain run, string key) =>
        [.. (await run.GetMetricHistory(new MetricHistoryQuery { RunId = id, Key = key })).Points.Select(point => point.Step)];

    private async Task<(string Id, IRunGrain Run)> StartAsync()
    {
        var (id, name) = (Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"));
        var experiment = await platform.Grains.GetGrain<IExperimentDirectoryGrain>(new ExperimentDirectoryKey("default", name).ToString()).Create(new CreateExperiment { Name = name });
        var run = platform.Grains.GetGrain<IRunGrain>(new RunKey(id).ToString());
        await run.Start(new StartRun { ExperimentId = experiment.ExperimentId });
        return (id, run);
    }
}
