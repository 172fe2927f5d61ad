using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Grains.Training;
using Orleans.MLOps.Learning.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

public sealed class RunRecordTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Open_RunWithPoints_LogsOnlyTheStepsAfterTheHighest()
    {
        var (id, run) = await StartAsync();
        foreach (var step in new[] { 5, 3, 4 })
        {
            await run.Log(new LogBatch { Metrics = [new MetricPoint { Key = "train_loss", Step = step, Value = step }, new MetricPoint { Key = "other", Step = 100 }] });
        }

        var record = new RunRecord(run, null!, null!, PlatformClock.System);
        await record.OpenAsync();
        await record.LogProgressAsync(Enumerable.Range(4, 4).Select(Progress));

        Assert.Equal([5, 3, 4, 6, 7], await StepsAsync(id, run));
    }

    [Fact]
    public async Task Open_RunWithoutPoints_LogsFromTheFirstStep()
    {
        var (id, run) = await StartAsync();
        var record = new RunRecord(run, null!, null!, PlatformClock.System);
        await record.OpenAsync();
        await record.LogProgressAsync([Progress(0), Progress(1)]);

        Assert.Equal([0, 1], await StepsAsync(id, run));
    }

    private static TrainingProgress Progress(int step) => new() { Step = step, TotalSteps = 10, Epoch = 0, MeanLoss = 0.5, SamplesPerSecond = 1 };

    private static async Task<IEnumerable<long>> StepsAsync(string id, IRunGrain run) =>
        (await run.GetMetricHistory(new MetricHistoryQuery { RunId = id, Key = "train_loss" })).Points.Select(point => point.Step);

    private async Task<(string Id, IRunGrain Run)> StartAsync()
    {
        var (id, name) = (Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"));
        var experiment = await platform.Grains.GetGrain<IExperimentDirectoryGrain>(new ExperimentDirectoryKey("default", name).ToString()).Create(new CreateExperiment { Name = name });
        var run = platform.Grains.GetGrain<IRunGrain>(new RunKey(id).ToString());
        await run.Start(new StartRun { ExperimentId = experiment.ExperimentId });
        return (id, run);
    }
}
