using Orleans.Placement;

namespace Orleans.MLOps.Grains.Training;

[PreferLocalPlacement, GrainType("mlops-training-shard")]
internal sealed class TrainingShardGrain(TrainingGangs gangs) : Grain, ITrainingShardGrain
{
    private ShardKey _key;
    private int _generation;
    private Task _running = Task.CompletedTask;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = ShardKey.Parse(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public Task Start(int generation, CancellationToken cancellationToken)
    {
        _running = gangs.Get(_key.JobId, generation).Start(_key.Rank);
        _generation = generation;
        DelayDeactivation(TimeSpan.MaxValue);
        _ = LeaveAsync(_running);
        return Task.CompletedTask;
    }

    public Task<TrainingShardInfo> GetState() => Task.FromResult(new TrainingShardInfo
    {
        JobId = _key.JobId,
        Rank = _key.Rank,
        Generation = _generation,
        Running = !_running.IsCompleted,
    });

    /// <summary>Lets the activation go once its thread has ended; how it ended is the job's business.</summary>
    private async Task LeaveAsync(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (running == _running)
        {
            DelayDeactivation(TimeSpan.Zero);
            DeactivateOnIdle();
        }
    }
}
