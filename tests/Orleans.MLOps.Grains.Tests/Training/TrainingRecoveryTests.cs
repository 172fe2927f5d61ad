using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Grains.Training;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

public sealed class TrainingRecoveryTests
{
    [Fact]
    public async Task RecoverAsync_SiloRestartedInTheMiddle_GoesOnToTheSameWeights()
    {
        await using var platform = new PlatformFixture();
        await platform.InitializeAsync();
        var spec = TrainingSamples.Job(await TrainingSamples.WriteFrameAsync(platform)) with { Shards = 2, Epochs = 40, RegisterAs = "m" };
        var id = Guid.NewGuid().ToString("N");
        await platform.Job(id).Start(spec);
        while ((await platform.Job(id).Get()).CheckpointStep == 0)
        {
            await Task.Delay(5);
        }

        await platform.RestartAsync();

        // Nobody asks for the job: recovery alone must take it up.
        var listed = platform.Grains.GetGrain<Orleans.MLOps.Governance.ICatalogGrain>("catalog/job");
        while ((await listed.List(new() { Kind = "job", Status = "Completed" })).Entries.Length == 0)
        {
            await Task.Delay(20);
        }

        var resumed = await platform.Job(id).Get();
        Assert.Equal((2, 1), (resumed.Generation, resumed.ResumedCount));
        Assert.Equal(1, resumed.ModelVersion);
        var whole = await platform.TrainAsync(spec with { Shards = 1, RegisterAs = null });
        Assert.Equal(whole.WeightsDigest, resumed.WeightsDigest);
        Assert.Equal(whole.Metrics["log_loss"], resumed.Metrics["log_loss"]);
        Assert.Equal(await LossAsync(platform, whole.RunId!), await LossAsync(platform, resumed.RunId!));
    }

    [Fact]
    public async Task Interrupted_PartThatWasTakenForAnEarlierGeneration_JobGoesOnUnderTheNext()
    {
        await using var platform = new PlatformFixture();
        await platform.InitializeAsync();
        var job = platform.NewJob();
        var started = await job.Start(TrainingSamples.Job(await TrainingSamples.WriteFrameAsync(platform)) with { Epochs = 100_000 });
        while ((await job.Get()).Status != TrainingStatus.Running)
        {
            await Task.Delay(10);
        }

        var silos = platform.Services.GetRequiredService<TrainingSilos>();
        await silos.On(silos.Here).Offer(new ShardClaim { JobId = started.JobId, Generation = 99 });

        while (await job.Get() is not { Generation: 2, Status: TrainingStatus.Running })
        {
            await Task.Delay(10);
        }

        await job.Cancel();
        Assert.Equal(TrainingStatus.Cancelled, (await job.WaitAsync()).Status);
    }

    [Fact]
    public async Task RecoverAsync_StoppedAfterTheTraining_FinishesWithoutTrainingAgain()
    {
        await using var platform = new PlatformFixture();
        await platform.InitializeAsync();
        var reference = (RowCountReference)platform.Services.GetRequiredService<ITrainingReference>();
        reference.Open.Reset();
        var spec = TrainingSamples.Job(await TrainingSamples.WriteFrameAsync(platform)) with { RegisterAs = "m" };
        var job = platform.NewJob();
        await job.Start(spec);
        while ((await job.Get()).WeightsDigest is null)
        {
            await Task.Delay(10);
        }

        var before = await job.Get();
        await platform.RestartAsync();

        var after = await platform.Job(before.JobId).WaitAsync();
        Assert.Equal(TrainingStatus.Completed, after.Status);
        Assert.Equal((before.WeightsDigest, 2, 1), (after.WeightsDigest, after.Generation, after.ModelVersion));
        var record = await platform.Grains.GetGrain<IRunGrain>(new RunKey(before.RunId!).ToString()).Get();
        Assert.Null(record.Metric("seconds_training"));
        Assert.NotNull(record.Metric("seconds_finishing"));
    }

    [Fact]
    public async Task RecoverAsync_LostCheckpoint_FailsWithTheReason()
    {
        await using var platform = new PlatformFixture();
        await platform.InitializeAsync();
        var spec = TrainingSamples.Job(await TrainingSamples.WriteFrameAsync(platform)) with { Epochs = 100_000 };
        var job = platform.NewJob();
        await job.Start(spec);
        while ((await job.Get()).CheckpointStep == 0)
        {
            await Task.Delay(5);
        }

        var id = (await job.Get()).JobId;
        await platform.RestartAsync(() => DeleteBlobsBut(platform.Folder, spec.FrameDigest));

        var info = await platform.Job(id).WaitAsync();
        Assert.Equal(TrainingStatus.Failed, info.Status);
        Assert.NotEmpty(info.Reason!);
    }

    private static void DeleteBlobsBut(string folder, string digest)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "blobs"), "*", SearchOption.AllDirectories))
        {
            if (!file.Replace("/", "", StringComparison.Ordinal).EndsWith(digest, StringComparison.Ordinal))
            {
                File.Delete(file);
            }
        }
    }

    private static async Task<IEnumerable<(long Step, double Value)>> LossAsync(PlatformFixture platform, string runId)
    {
        var history = await platform.Grains.GetGrain<IRunGrain>(new RunKey(runId).ToString())
            .GetMetricHistory(new MetricHistoryQuery { RunId = runId, Key = "train_loss" });
        return history.Points.Select(point => (point.Step, point.Value)).ToArray();
    }
}
