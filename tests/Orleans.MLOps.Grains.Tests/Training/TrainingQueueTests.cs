using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

public sealed class TrainingQueueTests
{
    [Fact]
    public async Task Start_ThreeJobsForTheThreadsOfOne_AllFinish()
    {
        await using var platform = new PlatformFixture { Slots = 4 };
        await platform.InitializeAsync();
        var spec = TrainingSamples.Job(await TrainingSamples.WriteFrameAsync(platform)) with { Shards = 4, Epochs = 2 };
        var jobs = Enumerable.Range(0, 3).Select(_ => platform.NewJob()).ToArray();

        await Task.WhenAll(jobs.Select(job => job.Start(spec)));
        var ended = await Task.WhenAll(jobs.Select(job => job.WaitAsync()));

        Assert.All(ended, info => Assert.Equal(TrainingStatus.Completed, info.Status));
        Assert.Single(ended.Select(info => info.WeightsDigest).Distinct());
    }

    [Fact]
    public async Task Cancel_QueuedJob_LeavesTheLine()
    {
        await using var platform = new PlatformFixture { Slots = 1 };
        await platform.InitializeAsync();
        var spec = TrainingSamples.Job(await TrainingSamples.WriteFrameAsync(platform));
        var (first, queued) = (platform.NewJob(), platform.NewJob());
        await first.Start(spec with { Epochs = 100_000 });
        while ((await first.Get()).Status != TrainingStatus.Running)
        {
            await Task.Delay(10);
        }

        await queued.Start(spec);
        Assert.Equal(TrainingStatus.Queued, (await queued.Get()).Status);
        await queued.Cancel();

        Assert.Equal(TrainingStatus.Cancelled, (await queued.WaitAsync()).Status);
        Assert.Equal(TrainingStatus.Running, (await first.Get()).Status);
        await first.Cancel();
        await first.WaitAsync();
    }
}
