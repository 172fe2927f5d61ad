using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

public sealed class TrainingWaitTests
{
    [Fact]
    public async Task Start_ThreadsThatAnotherJobHolds_WaitsAndSaysForWhat()
    {
        await using var platform = new PlatformFixture { Slots = 2 };
        await platform.InitializeAsync();
        var spec = TrainingSamples.Job(await TrainingSamples.WriteFrameAsync(platform)) with { Shards = 2 };
        var (first, second) = (platform.NewJob(), platform.NewJob());
        await first.Start(spec with { Epochs = 100_000 });
        while ((await first.Get()).Status != TrainingStatus.Running)
        {
            await Task.Delay(10);
        }

        var silo = Assert.Single(await platform.Grains.GetGrain<ISilosGrain>("silos/all").List());
        Assert.Equal((SiloState.Active, 2, 0, "all"), (silo.State, silo.TrainingSlots, silo.FreeTrainingSlots, string.Join(',', silo.Roles)));
        Assert.Equal([(silo.Address, 0, 2)], (await first.Get()).Placement.Select(part => (part.Silo, part.FirstRank, part.Shards)));
        await second.Start(spec);
        while ((await second.Get()).Reason is null)
        {
            await Task.Delay(10);
        }

        Assert.Contains("2 of the 2 training threads", (await second.Get()).Reason, StringComparison.Ordinal);
        await first.Cancel();
        var ended = await second.WaitAsync();
        Assert.Equal((TrainingStatus.Completed, null), (ended.Status, ended.Reason));
    }

    [Fact]
    public async Task Start_AcceleratorThatNoSiloHas_WaitsSaysSoAndCanBeCancelled()
    {
        await using var platform = new PlatformFixture();
        await platform.InitializeAsync();
        var job = platform.NewJob();
        await job.Start(TrainingSamples.Job(await TrainingSamples.WriteFrameAsync(platform)) with { Accelerator = Accelerator.Cuda });
        while ((await job.Get()).Reason is null)
        {
            await Task.Delay(10);
        }

        var waiting = await job.Get();
        Assert.Equal(TrainingStatus.Queued, waiting.Status);
        Assert.Contains("accelerator=cuda", waiting.Reason, StringComparison.Ordinal);
        await job.Cancel();
        Assert.Equal(TrainingStatus.Cancelled, (await job.WaitAsync()).Status);
    }
}
