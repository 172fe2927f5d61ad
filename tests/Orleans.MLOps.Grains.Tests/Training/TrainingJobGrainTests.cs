using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Learning.Training;
using Orleans.MLOps.Models;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

public sealed class TrainingJobGrainTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Start_SmallJob_TrainsRecordsAndRegisters()
    {
        var model = Guid.NewGuid().ToString("N");
        var dataset = new DatasetVersionKey("default", "flights", new string('a', 64)).ToString();
        var spec = Spec(await FrameAsync()) with
        {
            RegisterAs = model, Shards = 2, DatasetVersion = dataset, FeatureView = "view/default/late:2", Tags = new() { ["purpose"] = "test" },
        };
        var job = platform.NewJob();

        var started = await job.Start(spec);
        var again = await job.Start(spec);
        var info = await job.WaitAsync();

        Assert.Equal((started.JobId, started.CreatedAt), (again.JobId, again.CreatedAt));
        Assert.Null(info.Reason);
        Assert.Equal(TrainingStatus.Completed, info.Status);
        Assert.Equal(info.TotalSteps, info.Step);
        Assert.Equal(1, info.ModelVersion);
        Assert.InRange(info.Metrics["auc"], 0.85, 1);
        Assert.True(info.Metrics["log_loss"] < 0.45, $"log loss {info.Metrics["log_loss"]}");
        Assert.True(info.Metrics["accuracy"] > info.Metrics["majority_share"]);
        Assert.Equal(1000, info.Metrics["rows"]);

        var version = await platform.Grains.GetGrain<IModelGrain>(new ModelKey("default", model).ToString()).GetVersion(1);
        Assert.Equal(ModelVersionStatus.Ready, version.Status);
        Assert.Equal(info.WeightsDigest, version.Digest);
        Assert.Equal(2000, version.Parity!.Rows);
        Assert.Equal(["x", "hour", "city"], version.Signature.Select(column => column.Name));
        Assert.Equal((dataset, "view/default/late:2", info.RunId), (version.DatasetVersion, version.FeatureView, version.RunId));
        Assert.Equal(info.Metrics["auc"], version.Metrics["auc"]);
        var blobs = platform.Services.GetRequiredService<IBlobStore>();
        Assert.Equal("3000 1969 1000 1000", Encoding.UTF8.GetString(await blobs.ReadAsync(version.Reference!.Digest)));
    }

    [Fact]
    public async Task Start_SmallJob_LeavesACompleteRun()
    {
        var frame = await FrameAsync();
        var info = await platform.TrainAsync(Spec(frame) with { Tags = new() { ["purpose"] = "test" }, HalfLifeDays = 1 });
        var run = platform.Grains.GetGrain<IRunGrain>(new RunKey(info.RunId!).ToString());

        var record = await run.Get();

        Assert.Equal(RunStatus.Finished, record.Status);
        Assert.Equal(3, record.Seed);
        Assert.NotEmpty(record.Host!);
        Assert.Contains("TorchSharp", record.Packages.Keys);
        Assert.Equal(frame, record.Params["frame_digest"]);
        Assert.Equal(record.GitCommit, record.Tags.GetValueOrDefault("mlflow.source.git.commit"));
        Assert.Equal((frame, "orleans.mlops.frame"), Assert.Single(record.Datasets.Select(used => (used.Digest, used.SourceType))));
        Assert.Equal("1969", record.Params["train_rows"]);
        Assert.Equal(info.TotalSteps.ToString(CultureInfo.InvariantCulture), record.Params["total_steps"]);
        Assert.Equal("test", record.Tags["purpose"]);
        Assert.Equal(info.WeightsDigest, record.Tags["mlops.weights_digest"]);
        Assert.Equal(info.Metrics["log_loss"], record.Metric("holdout_log_loss"));
        Assert.NotNull(record.Metric("seconds_training"));
        Assert.InRange(record.Metric("system/cpu_utilization_percentage") ?? -1, 0, 100.5);
        Assert.True(record.Metric("system/process_memory_megabytes") > 1);
        Assert.True(record.Metric("system/system_memory_usage_megabytes") > 1);
        var loss = await run.GetMetricHistory(new MetricHistoryQuery { RunId = info.RunId!, Key = "train_loss" });
        Assert.Equal(info.TotalSteps, loss.Points[^1].Step);
        Assert.True(loss.Points[^1].Value < loss.Points[0].Value);
        Assert.Equal(loss.Points.Select(point => point.Step).Distinct().Order(), loss.Points.Select(point => point.Step));
        Assert.Equal(
            ["model/model.onnx", "model/network.json", "model/reference.bin", "model/weights.safetensors"],
            (await platform.Grains.GetGrain<IArtifactsGrain>(new ArtifactsKey(info.RunId!).ToString()).List()).Select(artifact => artifact.Path));
        var listed = await platform.Grains.GetGrain<ICatalogGrain>("catalog/job").List(new CatalogQuery { Kind = "job", Parent = $"run/{info.RunId}" });
        Assert.Equal("Completed", Assert.Single(listed.Entries).Status);
    }

    [Fact]
    public async Task Start_OneTwoAndFourShardsAtOnce_GiveTheSameWeights()
    {
        var spec = Spec(await FrameAsync());

        var jobs = await Task.WhenAll(new[] { 1, 2, 4 }.Select(shards => platform.TrainAsync(spec with { Shards = shards })));

        Assert.All(jobs, job => Assert.Equal(TrainingStatus.Completed, job.Status));
        Assert.Single(jobs.Select(job => job.WeightsDigest).Distinct());
        var other = await platform.TrainAsync(spec with { Seed = 4 });
        Assert.NotEqual(jobs[0].WeightsDigest, other.WeightsDigest);
    }

    [Fact]
    public async Task Start_WarmStart_BeginsFromTheVersionsWeights()
    {
        var model = Guid.NewGuid().ToString("N");
        var spec = Spec(await FrameAsync()) with { RegisterAs = model };
        await platform.TrainAsync(spec);
        var warm = spec with { WarmStart = new ModelVersionKey("default", model, 1).ToString(), MaxSteps = 1, LearningRate = 1e-6 };

        var info = await platform.TrainAsync(warm);

        Assert.Null(info.Reason);
        Assert.True(info.Metrics["auc"] > 0.85, $"auc {info.Metrics["auc"]}");
        await AssertRefusedAsync<InvalidInputException>(warm with { Numeric = ["x"] }, "warm_start");
        await AssertRefusedAsync<NotFoundException>(warm with { WarmStart = new ModelVersionKey("default", model, 9).ToString() }, "version");
    }

    [Fact]
    public async Task Start_AnotherSpecUnderTheSameId_IsRefused()
    {
        var spec = Spec(await FrameAsync());
        var job = platform.NewJob();
        await job.Start(spec);

        await Assert.ThrowsAsync<AlreadyExistsException>(() => job.Start(spec with { Seed = 9 }));

        Assert.Equal(TrainingStatus.Completed, (await job.WaitAsync()).Status);
    }

    [Fact]
    public async Task Start_SpecsThatContradictThemselvesOrTheFrame_AreRefusedAndLeaveNothing()
    {
        var spec = Spec(await FrameAsync());

        await AssertRefusedAsync<InvalidInputException>(spec with { Shards = 3 }, "shards");
        await AssertRefusedAsync<InvalidInputException>(spec with { Shards = 8 }, "shards");
        await AssertRefusedAsync<InvalidInputException>(spec with { VirtualShards = 6 }, "virtual_shards");
        await AssertRefusedAsync<InvalidInputException>(spec with { VirtualShards = 64, Shards = 64 }, "shards");
        await AssertRefusedAsync<NotFoundException>(spec with { FrameDigest = new string('0', 64) }, "frame_digest");
        await AssertRefusedAsync<InvalidInputException>(spec with { FrameDigest = "abc" }, "frame_digest");
        await AssertRefusedAsync<InvalidInputException>(spec with { Numeric = ["x", "speed"] }, "numeric");
        await AssertRefusedAsync<InvalidInputException>(spec with { Numeric = ["city"], Categorical = [] }, "numeric");
        await AssertRefusedAsync<InvalidInputException>(spec with { Categorical = ["x"], Numeric = [] }, "categorical");
        await AssertRefusedAsync<InvalidInputException>(spec with { Numeric = [], Categorical = [] }, "numeric");
        await AssertRefusedAsync<InvalidInputException>(spec with { Numeric = ["x", "x"] }, "numeric");
        await AssertRefusedAsync<InvalidInputException>(spec with { TrainFrom = spec.TrainTo }, "train_from");
        await AssertRefusedAsync<InvalidInputException>(spec with { TrainFrom = null, TrainTo = TrainingSamples.Begin.AddMinutes(10), HoldoutTo = null }, "train_to");
        await AssertRefusedAsync<InvalidInputException>(spec with { TrainTo = TrainingSamples.Begin.AddDays(30), HoldoutTo = TrainingSamples.Begin.AddDays(31) }, "holdout_to");
        await AssertRefusedAsync<InvalidInputException>(spec with { HoldoutTo = spec.TrainTo }, "holdout_to");
        await AssertRefusedAsync<InvalidInputException>(spec with { Network = spec.Network with { Dropout = 1 } }, "network.dropout");
        await AssertRefusedAsync<InvalidInputException>(spec with { Network = spec.Network with { Hidden = [0] } }, "network.hidden");
        await AssertRefusedAsync<InvalidInputException>(spec with { LearningRate = double.NaN }, "learning_rate");
        await AssertRefusedAsync<InvalidInputException>(spec with { HalfLifeDays = 0 }, "half_life_days");
        await AssertRefusedAsync<InvalidInputException>(spec with { BatchSize = 0 }, "batch_size");
        await AssertRefusedAsync<InvalidInputException>(spec with { CheckpointEverySteps = 0 }, "checkpoint_every_steps");
        await AssertRefusedAsync<InvalidInputException>(spec with { FeatureView = "view/default/late" }, "feature_view");
        await AssertRefusedAsync<InvalidInputException>(spec with { DatasetVersion = "dataset/default/x" }, "dataset_version");
        await AssertRefusedAsync<NotFoundException>(spec with { WarmStart = "model/default/none/1" }, "model");
        await platform.Grains.GetGrain<IModelGrain>("model/default/foreign").Register(new RegisterModelVersion { Model = "foreign", OperationId = "a", Source = "s3://x" });
        await AssertRefusedAsync<FailedPreconditionException>(spec with { WarmStart = "model/default/foreign/1" }, "warm_start");
        await AssertRefusedAsync<NotFoundException>(spec with { ExperimentId = 1_000_000 }, "experiment_id");
    }

    [Fact]
    public async Task Start_BlobThatIsNoFrame_IsRefused()
    {
        var blob = await platform.Services.GetRequiredService<IBlobStore>().WriteAsync("no parquet"u8.ToArray());

        await AssertRefusedAsync<InvalidInputException>(Spec(blob.Digest), "frame_digest");
    }

    [Fact]
    public async Task Cancel_RunningJob_EndsItAndItsRun()
    {
        var job = platform.NewJob();
        await job.Start(Spec(await FrameAsync()) with { Epochs = 100_000 });
        while ((await job.Get()).Step == 0)
        {
            await Task.Delay(10);
        }

        await job.Cancel();
        var info = await job.WaitAsync();
        await job.Cancel();

        Assert.Equal(TrainingStatus.Cancelled, info.Status);
        Assert.True(info.Step < info.TotalSteps || info.TotalSteps == 0);
        Assert.Equal(RunStatus.Killed, (await platform.Grains.GetGrain<IRunGrain>(new RunKey(info.RunId!).ToString()).Get()).Status);
        await WaitForFreeThreadsAsync();
    }

    [Fact]
    public async Task Start_TrainingThatDiverges_FailsWithTheReason()
    {
        var info = await platform.TrainAsync(Spec(await FrameAsync()) with { LearningRate = 1000, WeightDecay = 1000 });

        Assert.Equal(TrainingStatus.Failed, info.Status);
        Assert.Contains("diverged", info.Reason);
        Assert.Equal(RunStatus.Failed, (await platform.Grains.GetGrain<IRunGrain>(new RunKey(info.RunId!).ToString()).Get()).Status);
        await WaitForFreeThreadsAsync();
    }

    [Fact]
    public async Task Get_UnknownJob_IsNotFound()
    {
        await Assert.ThrowsAsync<NotFoundException>(() => platform.NewJob().Get());
        await Assert.ThrowsAsync<NotFoundException>(() => platform.NewJob().Cancel());
        Assert.Null(await platform.NewJob().GetState());
    }

    private static TrainingJobSpec Spec(string frame) => TrainingSamples.Job(frame) with { Name = Guid.NewGuid().ToString("N") };

    private Task<string> FrameAsync() => TrainingSamples.WriteFrameAsync(platform);

    private async Task WaitForFreeThreadsAsync()
    {
        var executor = platform.Services.GetRequiredService<TrainingExecutor>();
        while (executor.Free < executor.Slots)
        {
            await Task.Delay(10);
        }
    }

    /// <summary>The job must be refused with the field named, and leave no job, run, listing or experiment.</summary>
    private async Task AssertRefusedAsync<TError>(TrainingJobSpec spec, string field)
        where TError : MLOpsException
    {
        var id = Guid.NewGuid().ToString("N");
        var named = spec with { Name = id };

        var error = await Assert.ThrowsAsync<TError>(() => platform.Job(id).Start(named));

        Assert.Equal(field, error.Field);
        Assert.Null(await platform.Job(id).GetState());
        Assert.Null(await platform.Grains.GetGrain<IRunGrain>(new RunKey(id).ToString()).GetState());
        Assert.Empty((await platform.Grains.GetGrain<ICatalogGrain>("catalog/job").List(new CatalogQuery { Kind = "job", Name = id })).Entries);
        var directory = platform.Grains.GetGrain<IExperimentDirectoryGrain>(new ExperimentDirectoryKey("default", id).ToString());
        await Assert.ThrowsAsync<NotFoundException>(() => directory.Find(id));
    }
}
