using Orleans.MLOps.Datasets;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>What one silo does for one generation of a job.</summary>
[GenerateSerializer, Immutable, Alias("mlops.training.part-order")]
internal sealed record PartOrder
{
    [Id(0)]
    public required string JobId { get; init; }

    [Id(1)]
    public int Generation { get; init; }

    [Id(2)]
    public required TrainingJobSpec Spec { get; init; }

    /// <summary>Where to go on; null starts at step 0.</summary>
    [Id(3)]
    public BlobRef? Checkpoint { get; init; }

    /// <summary>The trained weights when only the rest is left to do.</summary>
    [Id(4)]
    public BlobRef? Weights { get; init; }

    /// <summary>All parts, in the order of their ranks.</summary>
    [Id(5)]
    public required ShardPlacement[] Placement { get; init; }

    /// <summary>This silo's place among them. The first part records the job, keeps its checkpoints and makes the model.</summary>
    [Id(6)]
    public int Part { get; init; }

    /// <summary>Where the first part takes connections; null when it is alone.</summary>
    [Id(7)]
    public string? Exchange { get; init; }

    /// <summary>What the parts of this generation show each other. It goes between silos only and is never stored.</summary>
    [Id(8)]
    public byte[] Secret { get; init; } = [];

    /// <summary>How long the generation waited for its threads.</summary>
    [Id(9)]
    public double QueuedSeconds { get; init; }
}
