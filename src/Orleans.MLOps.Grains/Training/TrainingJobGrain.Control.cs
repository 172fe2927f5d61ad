using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <content>What the running generation pushes.</content>
internal sealed partial class TrainingJobGrain
{
    public Task<bool> Waiting(int generation, string reason, CancellationToken cancellationToken)
    {
        var current = TrainingLifecycle.IsCurrent(state.State, generation);
        if (current && _published is { } info)
        {
            _published = info with { Reason = reason };
        }

        return Task.FromResult(current);
    }

    public Task<bool> Started(int generation, ShardPlacement[] placement, CancellationToken cancellationToken) => LockedAsync(async () =>
    {
        if (!TrainingLifecycle.Start(state.State, generation, placement))
        {
            return false;
        }

        await StateWriter.WriteAsync(this, state);
        await ListAsync();
        Publish();
        return true;
    });

    public Task<bool> Progressed(int generation, JobProgress progress, CancellationToken cancellationToken)
    {
        var current = TrainingLifecycle.IsCurrent(state.State, generation);
        if (current)
        {
            _live = progress;
        }

        return Task.FromResult(current);
    }

    public Task<bool> Checkpointed(int generation, long step, BlobRef checkpoint, CancellationToken cancellationToken) =>
        ChangeAsync(() => TrainingLifecycle.Checkpoint(state.State, generation, step, checkpoint));

    public Task<bool> Trained(int generation, JobProgress progress, BlobRef weights, CancellationToken cancellationToken) =>
        ChangeAsync(() => TrainingLifecycle.Train(state.State, generation, progress, weights));

    public Task<bool> Interrupted(int generation, CancellationToken cancellationToken) => LockedAsync(async () =>
    {
        if (!TrainingLifecycle.IsCurrent(state.State, generation))
        {
            return false;
        }

        Remember();
        _runner?.Dispose();
        (_runner, _live) = (null, null);
        await TakeUpAsync();
        return true;
    });

    public Task<bool> Ended(int generation, JobOutcome outcome, CancellationToken cancellationToken) => LockedAsync(async () =>
    {
        if (!TrainingLifecycle.IsCurrent(state.State, generation))
        {
            return false;
        }

        Remember();
        TrainingLifecycle.End(state.State, generation, outcome, services.Clock.WallNow);

        await StateWriter.WriteAsync(this, state);
        _runner?.Dispose();
        (_runner, _live) = (null, null);
        await SettleAsync();
        DelayDeactivation(TimeSpan.Zero);
        return true;
    });

    private Task<bool> ChangeAsync(Func<bool> change) => LockedAsync(async () =>
    {
        Remember();
        if (!change())
        {
            return false;
        }

        await StateWriter.WriteAsync(this, state);
        Publish();
        return true;
    });

    private void Remember() => TrainingLifecycle.Note(state.State, _live);
}
