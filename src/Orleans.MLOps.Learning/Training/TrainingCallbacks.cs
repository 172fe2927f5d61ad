namespace Orleans.MLOps.Learning.Training;

/// <summary>
/// What a training tells its owner. Called by the first shard on its own thread between two steps: the training waits for the
/// callee, and an exception fails the training.
/// </summary>
public sealed record TrainingCallbacks
{
    /// <summary>Callbacks that do nothing.</summary>
    public static TrainingCallbacks None { get; } = new();

    /// <summary>Called every <see cref="TrainingPlan.ProgressEverySteps"/> steps and after the last one.</summary>
    public Action<TrainingProgress>? Progress { get; init; }

    /// <summary>Called every <see cref="TrainingPlan.CheckpointEverySteps"/> steps with a copy that nothing changes later.</summary>
    public Action<TrainingCheckpoint>? Checkpoint { get; init; }
}
