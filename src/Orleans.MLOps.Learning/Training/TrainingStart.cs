using Orleans.MLOps.Learning.Models;

namespace Orleans.MLOps.Learning.Training;

/// <summary>What a training starts from; every shard of a job must be given the same.</summary>
public sealed record TrainingStart
{
    private TrainingStart()
    {
    }

    /// <summary>Initial weights drawn from the plan's seed.</summary>
    public static TrainingStart Fresh { get; } = new();

    internal ModelWeights? Weights { get; private init; }

    internal TrainingCheckpoint? Checkpoint { get; private init; }

    /// <summary>Starts at step 0 from weights of an earlier training, with fresh optimizer state.</summary>
    /// <param name="weights">Weights that fit the plan's network.</param>
    /// <returns>The start.</returns>
    public static TrainingStart Warm(ModelWeights weights) => new() { Weights = weights ?? throw new ArgumentNullException(nameof(weights)) };

    /// <summary>Continues a training as if it had never been interrupted.</summary>
    /// <param name="checkpoint">A checkpoint of the same plan (shard count, length and reporting may differ) and rows.</param>
    /// <returns>The start.</returns>
    public static TrainingStart Resume(TrainingCheckpoint checkpoint) =>
        new() { Checkpoint = checkpoint ?? throw new ArgumentNullException(nameof(checkpoint)) };
}
