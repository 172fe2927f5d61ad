using Orleans.Concurrency;

namespace Orleans.MLOps.Grains.Training;

/// <summary>One shard of a training job, on the silo that holds the job's gang. Key: <see cref="ShardKey"/>.</summary>
[Alias("mlops.training.training-shard-grain")]
internal interface ITrainingShardGrain : IGrainWithStringKey
{
    /// <summary>Starts the shard's thread and returns at once. Idempotent for a generation; a generation that is not running is refused.</summary>
    [Alias("start")]
    Task Start(int generation, CancellationToken cancellationToken = default);

    /// <summary>What the shard does; the dashboard shows it.</summary>
    [ReadOnly]
    [Alias("get-state")]
    Task<TrainingShardInfo> GetState();
}
