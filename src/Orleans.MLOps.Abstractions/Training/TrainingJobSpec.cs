namespace Orleans.MLOps.Training;

/// <summary>A training job.</summary>
[GenerateSerializer, Immutable, Alias("mlops.training.training-job-spec")]
public sealed record TrainingJobSpec
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>A name for people.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>Digest of the feature frame's Parquet bytes.</summary>
    [Id(2)]
    public required string FrameDigest { get; init; }

    /// <summary>Its numeric feature columns.</summary>
    [Id(3)]
    public string[] Numeric { get; init; } = [];

    /// <summary>Its text feature columns.</summary>
    [Id(4)]
    public string[] Categorical { get; init; } = [];

    /// <summary>Key of the dataset version behind the frame.</summary>
    [Id(5)]
    public string? DatasetVersion { get; init; }

    /// <summary>Key of the feature view with its version after a colon.</summary>
    [Id(6)]
    public string? FeatureView { get; init; }

    /// <summary>Train on examples with event time at or after.</summary>
    [Id(7)]
    public DateTimeOffset? TrainFrom { get; init; }

    /// <summary>Train on examples whose label was available before.</summary>
    [Id(8)]
    public DateTimeOffset? TrainTo { get; init; }

    /// <summary>Hold out examples with event time from TrainTo to before this; none if absent.</summary>
    [Id(9)]
    public DateTimeOffset? HoldoutTo { get; init; }

    /// <summary>The network.</summary>
    [Id(10)]
    public required NetworkOptions Network { get; init; }

    /// <summary>Adam's step; default 0.001.</summary>
    [Id(11)]
    public double LearningRate { get; init; } = 0.001;

    /// <summary>L2 penalty; default 0.</summary>
    [Id(12)]
    public double WeightDecay { get; init; }

    /// <summary>Rows per step over all shards; default 1024.</summary>
    [Id(13)]
    public int BatchSize { get; init; } = 1024;

    /// <summary>Passes over the data; default 1.</summary>
    [Id(14)]
    public int Epochs { get; init; } = 1;

    /// <summary>Stops after this many steps.</summary>
    [Id(15)]
    public int? MaxSteps { get; init; }

    /// <summary>Weighs examples by age before TrainTo with this half-life; equal weights if absent.</summary>
    [Id(16)]
    public double? HalfLifeDays { get; init; }

    /// <summary>Parallel workers: 1, 2, 4 or 8, at most VirtualShards.</summary>
    [Id(17)]
    public int Shards { get; init; } = 1;

    /// <summary>Fixed number of gradient parts: the weights are bitwise the same for any Shards; default 4.</summary>
    [Id(18)]
    public int VirtualShards { get; init; } = 4;

    /// <summary>Seed of weights, order and dropout.</summary>
    [Id(19)]
    public long Seed { get; init; }

    /// <summary>Steps between checkpoints; default 200.</summary>
    [Id(20)]
    public int CheckpointEverySteps { get; init; } = 200;

    /// <summary>Key of a model version whose weights and encoding start the training.</summary>
    [Id(21)]
    public string? WarmStart { get; init; }

    /// <summary>Registered model that gets the result as a new version; none if absent.</summary>
    [Id(22)]
    public string? RegisterAs { get; init; }

    /// <summary>The experiment of the job's run; an experiment named after the job if absent.</summary>
    [Id(23)]
    public long? ExperimentId { get; init; }

    /// <summary>Tags for the run.</summary>
    [Id(24)]
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>Train only on silos that have this; the job waits, and says so, while there is none. Default: Cpu, any silo of role training.</summary>
    [Id(25)]
    public Accelerator Accelerator { get; init; }
}
