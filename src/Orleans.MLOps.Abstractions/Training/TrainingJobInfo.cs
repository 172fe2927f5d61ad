namespace Orleans.MLOps.Training;

/// <summary>The state of a training job.</summary>
[GenerateSerializer, Immutable, Alias("mlops.training.training-job-info")]
public sealed record TrainingJobInfo
{
    /// <summary>32 hex digits.</summary>
    [Id(0)]
    public required string JobId { get; init; }

    /// <summary>The project.</summary>
    [Id(1)]
    public required string Project { get; init; }

    /// <summary>A name for people.</summary>
    [Id(2)]
    public required string Name { get; init; }

    /// <summary>Its state.</summary>
    [Id(3)]
    public TrainingStatus Status { get; init; }

    /// <summary>Why it failed, or what it waits for.</summary>
    [Id(4)]
    public string? Reason { get; init; }

    /// <summary>Its run.</summary>
    [Id(5)]
    public string? RunId { get; init; }

    /// <summary>Raised at each start or resume; fences late messages.</summary>
    [Id(6)]
    public int Generation { get; init; }

    /// <summary>Steps done, as last reported.</summary>
    [Id(7)]
    public long Step { get; init; }

    /// <summary>Steps planned; 0 until the data are loaded.</summary>
    [Id(8)]
    public long TotalSteps { get; init; }

    /// <summary>Step of the last checkpoint.</summary>
    [Id(9)]
    public long CheckpointStep { get; init; }

    /// <summary>How often it went on from a checkpoint after a restart.</summary>
    [Id(10)]
    public int ResumedCount { get; init; }

    /// <summary>Training speed, wall time.</summary>
    [Id(11)]
    public double SamplesPerSecond { get; init; }

    /// <summary>SHA-256 of the result's safetensors.</summary>
    [Id(12)]
    public string? WeightsDigest { get; init; }

    /// <summary>The registered version.</summary>
    [Id(13)]
    public int? ModelVersion { get; init; }

    /// <summary>Quality on the holdout: log_loss, auc, accuracy, rows.</summary>
    [Id(14)]
    public Dictionary<string, double> Metrics { get; init; } = [];

    /// <summary>When it was asked for.</summary>
    [Id(15)]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended.</summary>
    [Id(16)]
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Wall time from start to end.</summary>
    [Id(17)]
    public double WallSeconds { get; init; }

    /// <summary>Which silo trains which shards in the current generation, in the order of their ranks; after the end, in the last one. Empty while it waits.</summary>
    [Id(18)]
    public ShardPlacement[] Placement { get; init; } = [];
}
