using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Training;
using Orleans.MLOps.Learning.Training.Exchange;

namespace Orleans.MLOps.Grains.Training;

/// <summary>
/// Works one part of a generation off, outside all grain turns. Each part prepares its data itself. The first part also records the job,
/// stores checkpoints and weights, and makes the model.
/// </summary>
internal sealed partial class PartWork(
    TrainingPreparation preparation,
    ModelFinishing finishing,
    ResultRecording recording,
    ExchangeOpening exchanges,
    IGrainFactory grains,
    IBlobStore blobs,
    PlatformClock clock,
    ILogger<PartWork> logger)
{
    /// <summary>
    /// Begins: from now on the other parts are expected, so that one that has loaded its data sooner finds the door open. Never throws,
    /// and what it returns never faults.
    /// </summary>
    /// <returns>The rest of the work.</returns>
    public Func<Task<PartOutcome>> Begin(PartOrder order, TrainingPart part)
    {
        try
        {
            var meeting = exchanges.Expect(order);
            return () => RunAsync(order, part, meeting);
        }
        catch (Exception error)
        {
            return () => Task.FromResult(Judge(order, part, error));
        }
    }

    private async Task<PartOutcome> RunAsync(PartOrder order, TrainingPart part, ExchangeMeeting? meeting)
    {
        try
        {
            var usage = new UsageRecord(RunOf(order), order, clock, logger);
            return new PartOutcome { End = PartEnd.Completed, Job = await usage.DuringAsync(() => WorkAsync(order, part, meeting)) };
        }
        catch (Exception error)
        {
            return Judge(order, part, error);
        }
        finally
        {
            meeting?.Dispose();
        }
    }

    private PartOutcome Judge(PartOrder order, TrainingPart part, Exception error)
    {
        if (!part.Stopping.IsCancellationRequested && error is not StaleGenerationException)
        {
            LogEnded(order.Part, order.Generation, order.JobId, error);
        }

        return new PartOutcome
        {
            End = error switch
            {
                StaleGenerationException => PartEnd.Stale,
                ExchangeBrokenException => PartEnd.Interrupted,
                _ when TransientErrors.IsTransient(error) => PartEnd.Interrupted,
                _ => PartEnd.Failed,
            },
            Reason = error.Message,
        };
    }

    private async Task<JobOutcome?> WorkAsync(PartOrder order, TrainingPart part, ExchangeMeeting? meeting)
    {
        var stopping = part.Stopping;
        var timings = new PartTimings(clock.WallTime);
        var prepared = await timings.MeasureAsync("seconds_loading", () => preparation.LoadAsync(order.Spec, part.Reservation, stopping));
        if (order.Part > 0)
        {
            await TrainAsync(order, part, prepared, TrainingCallbacks.None, null, _ => { });
            return null;
        }

        timings.Set("seconds_queued", order.QueuedSeconds);
        var record = new RunRecord(RunOf(order), grains.GetGrain<IArtifactsGrain>(new ArtifactsKey(order.JobId).ToString()), blobs, clock);
        await record.OpenAsync();
        await record.DescribeAsync(order.Spec, prepared);
        var weightsBlob = order.Weights ?? await timings.MeasureAsync("seconds_training", () => LeadAsync(order, part, prepared, record, meeting));
        stopping.ThrowIfCancellationRequested();
        var weights = await blobs.ReadAsync(weightsBlob.Digest, stopping);
        var model = await timings.MeasureAsync(
            "seconds_finishing", () => finishing.RunAsync(prepared, SafeTensorsFile.Read(weights).Weights, order.Spec, part.Reservation));
        return await recording.RunAsync(order, prepared, record, model, weightsBlob, weights, timings.Seconds);
    }

    private IRunGrain RunOf(PartOrder order) => grains.GetGrain<IRunGrain>(new RunKey(order.JobId).ToString());

    /// <summary>Trains as the first part: what its first shard reports becomes curves and checkpoints, and its weights the job's.</summary>
    private async Task<BlobRef> LeadAsync(PartOrder order, TrainingPart part, PreparedTraining prepared, RunRecord record, ExchangeMeeting? meeting)
    {
        var control = grains.GetGrain<ITrainingJobControl>(new JobKey(order.JobId).ToString());
        var feed = new TrainingFeed(order.JobId, order.Generation, record, blobs, control);
        TrainingResult result;
        try
        {
            result = await TrainAsync(order, part, prepared, feed.Callbacks, meeting, feed.Open);
        }
        finally
        {
            await feed.CloseAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await feed.CloseAsync();
        var weights = await blobs.WriteAsync(SafeTensorsFile.Write(result.Weights), part.Stopping);
        var progress = new JobProgress { Step = result.Steps, TotalSteps = prepared.TotalSteps, SamplesPerSecond = result.SamplesPerSecond };
        return await control.Trained(order.Generation, progress, weights, CancellationToken.None)
            ? weights
            : throw new StaleGenerationException(order.JobId, order.Generation);
    }

    private async Task<TrainingResult> TrainAsync(
        PartOrder order, TrainingPart part, PreparedTraining prepared, TrainingCallbacks callbacks, ExchangeMeeting? meeting, Action<Action<Exception>> begin)
    {
        var start = order.Checkpoint is { } checkpoint
            ? TrainingStart.Resume(TrainingCheckpoint.FromBytes(await blobs.ReadAsync(checkpoint.Digest, part.Stopping)))
            : prepared.WarmWeights is { } warm ? TrainingStart.Warm(warm) : TrainingStart.Fresh;
        IGradientExchange? exchange = null;
        await part.Reservation.Run(() => exchange = ExchangeOpening.Open(order, prepared, meeting, part.Stopping));
        var own = order.Placement[order.Part];
        using var gang = new TrainingGang(
            prepared, start, callbacks, new RankRange(own.FirstRank, own.Shards), exchange!, part.Reservation, clock.WallTime, part.Stopping);
        begin(gang.Abort);

        // A shard that waits for another silo does not look at the token.
        using var stop = part.Stopping.Register(() => gang.Abort(new OperationCanceledException(part.Stopping)));
        try
        {
            return await gang.RunAsync();
        }
        catch (ShardAbortedException error) when (error.InnerException is { } reason)
        {
            ExceptionDispatchInfo.Throw(reason);
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Part {Part} of generation {Generation} of training job {JobId} has ended before its time")]
    private partial void LogEnded(int part, int generation, string jobId, Exception error);
}
