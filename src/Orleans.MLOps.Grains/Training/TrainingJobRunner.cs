using Microsoft.Extensions.Logging;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Training;
using Orleans.MLOps.Models;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>
/// Works one generation of a job off, from the reservation of its threads to the registered version, outside all grain turns, and
/// pushes what happens to the job's grain.
/// </summary>
internal sealed partial class TrainingJobRunner(JobOrder order, TrainingServices services) : IDisposable
{
    /// <summary>A job that was interrupted so often fails with the reason: what it needs does not come back.</summary>
    private const int MostGenerations = 100;

    private static readonly TimeSpan PauseAfterInterruption = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _ending = new();
    private readonly ITrainingJobControl _control = services.Grains.GetGrain<ITrainingJobControl>(new JobKey(order.JobId).ToString());
    private readonly Dictionary<string, double> _timings = [];
    private readonly ILogger _logger = services.Logger;
    private volatile bool _silent;

    /// <summary>Completes when nothing of the generation runs any more; never faults.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    public void Launch() => Completion = Task.Run(RunAsync);

    /// <summary>Ends the generation as cancelled.</summary>
    public void Cancel() => _ending.Cancel();

    /// <summary>Ends the generation without a word, for a silo that stops: the job goes on from its checkpoint.</summary>
    public void Stop()
    {
        _silent = true;
        _ending.Cancel();
    }

    /// <summary>Call it when nobody can cancel or stop the generation any more.</summary>
    public void Dispose() => _ending.Dispose();

    private async Task RunAsync()
    {
        JobOutcome outcome;
        try
        {
            outcome = await WorkAsync(_ending.Token);
        }
        catch (StaleGenerationException)
        {
            return;
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            outcome = new JobOutcome { Status = TrainingStatus.Cancelled, Reason = "It was cancelled." };
        }
        catch (Exception error) when (TransientErrors.IsTransient(error) && order.Generation < MostGenerations)
        {
            await InterruptAsync(error);
            return;
        }
        catch (Exception error)
        {
            outcome = new JobOutcome { Status = TrainingStatus.Failed, Reason = error.Message };
            if (!_silent)
            {
                LogFailed(order.JobId, order.Generation, error);
            }
        }

        await EndAsync(outcome);
    }

    private async Task InterruptAsync(Exception error)
    {
        if (_silent)
        {
            return;
        }

        LogInterrupted(order.JobId, order.Generation, error);
        try
        {
            await Task.Delay(PauseAfterInterruption, services.Clock.WallTime, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _control.Interrupted(order.Generation);
        }
        catch (Exception unheard)
        {
            LogUnheard(order.JobId, order.Generation, unheard);
        }
    }

    private async Task EndAsync(JobOutcome outcome)
    {
        try
        {
            if (!_silent)
            {
                await _control.Ended(order.Generation, outcome);
            }
        }
        catch (Exception error)
        {
            // The job's grain has left memory or the silo stops; the next activation takes the job up.
            LogUnheard(order.JobId, order.Generation, error);
        }
    }

    private async Task<JobOutcome> WorkAsync(CancellationToken cancellation)
    {
        var spec = order.Spec;
        using var reservation = await TimeAsync("seconds_queued", () => services.Executor.ReserveAsync(spec.Shards, cancellation).AsTask());
        Require(await _control.Started(order.Generation, CancellationToken.None));
        var prepared = await TimeAsync("seconds_loading", () => services.Preparation.LoadAsync(spec, reservation, cancellation));
        var record = new RunRecord(services.Grains.GetGrain<IRunGrain>(new RunKey(order.JobId).ToString()), order.JobId, services.Blobs, services.Clock);
        await record.OpenAsync();
        await record.DescribeAsync(spec, prepared);
        var weightsBlob = order.Weights ?? await TimeAsync("seconds_training", () => TrainAsync(prepared, record, reservation, cancellation));
        cancellation.ThrowIfCancellationRequested();
        var weights = await services.Blobs.ReadAsync(weightsBlob.Digest, cancellation);
        var model = await TimeAsync(
            "seconds_finishing", () => services.Finishing.RunAsync(prepared, SafeTensorsFile.Read(weights).Weights, spec, reservation));
        return await RecordAsync(prepared, record, model, weightsBlob, weights);
    }

    private async Task<BlobRef> TrainAsync(PreparedTraining prepared, RunRecord record, GangReservation reservation, CancellationToken cancellation)
    {
        var start = order.Checkpoint is { } checkpoint
            ? TrainingStart.Resume(TrainingCheckpoint.FromBytes(await services.Blobs.ReadAsync(checkpoint.Digest, cancellation)))
            : prepared.WarmWeights is { } warm ? TrainingStart.Warm(warm) : TrainingStart.Fresh;
        var feed = new TrainingFeed(order, record, services.Blobs, _control);
        using var gang = new TrainingGang(
            order.JobId, order.Generation, prepared, start, feed.Callbacks, reservation, services.Clock.WallTime, cancellation);
        services.Gangs.Add(gang);
        TrainingResult result;
        try
        {
            feed.Open(gang.Abort);
            await StartShardsAsync(gang);
            result = await gang.WaitAsync();
        }
        catch (ShardAbortedException error) when (error.InnerException is { } reason)
        {
            await feed.CloseAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(reason);
            throw;
        }
        finally
        {
            services.Gangs.Remove(gang);
            await feed.CloseAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await feed.CloseAsync();
        var weights = await services.Blobs.WriteAsync(SafeTensorsFile.Write(result.Weights), cancellation);
        Require(await _control.Trained(
            order.Generation,
            new JobProgress { Step = result.Steps, TotalSteps = prepared.TotalSteps, SamplesPerSecond = result.SamplesPerSecond },
            weights,
            CancellationToken.None));
        return weights;
    }

    private async Task StartShardsAsync(TrainingGang gang)
    {
        try
        {
            for (var rank = 0; rank < gang.Shards; rank++)
            {
                await services.Grains.GetGrain<ITrainingShardGrain>(new ShardKey(order.JobId, rank).ToString()).Start(order.Generation);
            }
        }
        catch (Exception error)
        {
            gang.Abort(error);
            await gang.WaitAsync().ContinueWith(static _ => { }, TaskScheduler.Default);
            throw;
        }
    }

    private async Task<JobOutcome> RecordAsync(PreparedTraining prepared, RunRecord record, FinishedModel model, BlobRef weightsBlob, byte[] weights)
    {
        await record.AddArtifactAsync("model/weights.safetensors", weights);
        await record.AddArtifactAsync("model/model.onnx", model.Onnx);
        await record.AddArtifactAsync("model/network.json", System.Text.Encoding.UTF8.GetBytes(prepared.Network.ToJson()));
        await record.AddArtifactAsync("model/reference.bin", model.Reference);
        var version = await RegisterAsync(prepared, model, weightsBlob);
        var metrics = new Dictionary<string, double>(_timings) { ["parity_max_difference"] = model.Parity.MaxAbsoluteDifference };
        foreach (var (name, value) in model.Metrics)
        {
            metrics[$"holdout_{name}"] = value;
        }

        var tags = new Dictionary<string, string>
        {
            ["mlops.weights_digest"] = weightsBlob.Digest,
            ["mlops.parity"] = model.Parity.Passed ? "passed" : "failed",
        };
        if (version is not null)
        {
            tags["mlops.model_version"] = new ModelVersionKey(version.Project, version.Model, version.Version).ToString();
        }

        await record.LogResultAsync(metrics, tags, prepared.TotalSteps);
        return new JobOutcome { Status = TrainingStatus.Completed, ModelVersion = version?.Version, Metrics = model.Metrics };
    }

    private async Task<ModelVersionInfo?> RegisterAsync(PreparedTraining prepared, FinishedModel model, BlobRef weights)
    {
        var spec = order.Spec;
        if (spec.RegisterAs is not { } name)
        {
            return null;
        }

        var reference = await services.Blobs.WriteAsync(model.Reference);
        return await services.Grains.GetGrain<IModelGrain>(new ModelKey(spec.Project, name).ToString()).Register(new RegisterModelVersion
        {
            Project = spec.Project,
            Model = name,
            OperationId = new JobKey(order.JobId).ToString(),
            Onnx = model.OnnxBlob,
            Weights = weights,
            NetworkJson = prepared.Network.ToJson(),
            Signature =
            [
                .. spec.Numeric.Select(column => new SignatureColumn { Name = column }),
                .. spec.Categorical.Select(column => new SignatureColumn { Name = column, Categorical = true }),
            ],
            Parity = model.Parity,
            Reference = reference,
            Job = new JobKey(order.JobId).ToString(),
            RunId = order.JobId,
            DatasetVersion = spec.DatasetVersion,
            FeatureView = spec.FeatureView,
            Metrics = model.Metrics,
        });
    }

    private async Task<T> TimeAsync<T>(string name, Func<Task<T>> work)
    {
        var started = services.Clock.WallTime.GetTimestamp();
        var result = await work();
        _timings[name] = services.Clock.WallTime.GetElapsedTime(started).TotalSeconds;
        return result;
    }

    private void Require(bool current)
    {
        if (!current)
        {
            throw new StaleGenerationException(order.JobId, order.Generation);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Generation {Generation} of training job {JobId} failed")]
    private partial void LogFailed(string jobId, int generation, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Generation {Generation} of training job {JobId} was interrupted; the job goes on from its last checkpoint")]
    private partial void LogInterrupted(string jobId, int generation, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The end of generation {Generation} of training job {JobId} could not be reported")]
    private partial void LogUnheard(string jobId, int generation, Exception error);
}
