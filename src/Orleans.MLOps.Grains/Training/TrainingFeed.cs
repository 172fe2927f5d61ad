using System.Threading.Channels;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Learning.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>
/// Carries what the first shard reports from its thread to run, blobs and job grain, in order: the points up to a checkpoint are
/// durable before the checkpoint is, so a resumed job leaves no hole in its curves.
/// </summary>
internal sealed class TrainingFeed(string jobId, int generation, RunRecord record, IBlobStore blobs, ITrainingJobControl control)
{
    private const int LargestBatch = 300;

    private readonly Channel<object> _reports = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private Task _pump = Task.CompletedTask;

    public TrainingCallbacks Callbacks => new()
    {
        Progress = progress => _reports.Writer.TryWrite(progress),
        Checkpoint = checkpoint => _reports.Writer.TryWrite(checkpoint),
    };

    /// <summary>Starts to carry; an error ends the training through <paramref name="fail"/>.</summary>
    public void Open(Action<Exception> fail) => _pump = Task.Run(async () =>
    {
        try
        {
            await PumpAsync();
        }
        catch (Exception error)
        {
            fail(error);
            throw;
        }
    });

    /// <summary>Waits until everything reported has arrived; throws what kept it from arriving.</summary>
    public Task CloseAsync()
    {
        _reports.Writer.TryComplete();
        return _pump;
    }

    private async Task PumpAsync()
    {
        var progress = new List<TrainingProgress>();
        while (await _reports.Reader.WaitToReadAsync())
        {
            TrainingCheckpoint? checkpoint = null;
            while (checkpoint is null && progress.Count < LargestBatch && _reports.Reader.TryRead(out var report))
            {
                checkpoint = report as TrainingCheckpoint;
                if (report is TrainingProgress made)
                {
                    progress.Add(made);
                }
            }

            await ForwardAsync(progress);
            progress.Clear();
            if (checkpoint is not null)
            {
                await StoreAsync(checkpoint);
            }
        }
    }

    private async Task ForwardAsync(List<TrainingProgress> progress)
    {
        if (progress.Count == 0)
        {
            return;
        }

        await record.LogProgressAsync(progress);
        var last = progress[^1];
        Require(await control.Progressed(
            generation, new JobProgress { Step = last.Step, TotalSteps = last.TotalSteps, SamplesPerSecond = last.SamplesPerSecond }));
    }

    private async Task StoreAsync(TrainingCheckpoint checkpoint)
    {
        var blob = await blobs.WriteAsync(checkpoint.ToBytes());
        Require(await control.Checkpointed(generation, checkpoint.Step, blob));
    }

    private void Require(bool current)
    {
        if (!current)
        {
            throw new StaleGenerationException(jobId, generation);
        }
    }
}
