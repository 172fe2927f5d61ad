using Orleans.MLOps.Datasets;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>What a training job remembers.</summary>
[GenerateSerializer, Alias("mlops.state.training-job")]
internal sealed class TrainingJobState
{
    /// <summary>Null until the job is started.</summary>
    [Id(0)]
    public TrainingJobSpec? Spec { get; set; }

    [Id(1)]
    public TrainingStatus Status { get; set; }

    [Id(2)]
    public string? Reason { get; set; }

    [Id(3)]
    public long ExperimentId { get; set; }

    [Id(4)]
    public int Generation { get; set; }

    /// <summary>Steps done, as known at the last write.</summary>
    [Id(5)]
    public long Step { get; set; }

    [Id(6)]
    public long TotalSteps { get; set; }

    [Id(7)]
    public long CheckpointStep { get; set; }

    [Id(8)]
    public BlobRef? Checkpoint { get; set; }

    [Id(9)]
    public int ResumedCount { get; set; }

    [Id(10)]
    public bool CancelRequested { get; set; }

    /// <summary>The trained weights; present once training itself is over.</summary>
    [Id(11)]
    public BlobRef? Weights { get; set; }

    [Id(12)]
    public double SamplesPerSecond { get; set; }

    [Id(13)]
    public int? ModelVersion { get; set; }

    [Id(14)]
    public Dictionary<string, double> Metrics { get; set; } = [];

    [Id(15)]
    public DateTimeOffset CreatedAt { get; set; }

    [Id(16)]
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Which silo trains which ranks in this generation.</summary>
    [Id(17)]
    public ShardPlacement[] Placement { get; set; } = [];
}
