namespace Orleans.MLOps.Experiments;

/// <summary>A run with its params, tags and latest metrics.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.run-info")]
public sealed record RunInfo
{
    /// <summary>32 hex digits.</summary>
    [Id(0)]
    public required string RunId { get; init; }

    /// <summary>The experiment.</summary>
    [Id(1)]
    public long ExperimentId { get; init; }

    /// <summary>A name for people.</summary>
    [Id(2)]
    public string? Name { get; init; }

    /// <summary>Its state.</summary>
    [Id(3)]
    public RunStatus Status { get; init; }

    /// <summary>Whether it accepts writes; a run of a deleted experiment does not.</summary>
    [Id(4)]
    public Lifecycle Lifecycle { get; init; }

    /// <summary>Who runs it.</summary>
    [Id(5)]
    public string? User { get; init; }

    /// <summary>On which machine.</summary>
    [Id(6)]
    public string? Host { get; init; }

    /// <summary>Which code.</summary>
    [Id(7)]
    public string? GitCommit { get; init; }

    /// <summary>The random seed.</summary>
    [Id(8)]
    public long? Seed { get; init; }

    /// <summary>When it started.</summary>
    [Id(9)]
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    [Id(10)]
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Package name to version.</summary>
    [Id(11)]
    public Dictionary<string, string> Packages { get; init; } = [];

    /// <summary>Params; write-once.</summary>
    [Id(12)]
    public Dictionary<string, string> Params { get; init; } = [];

    /// <summary>Tags.</summary>
    [Id(13)]
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>The latest point of each metric, by key: the highest step, then timestamp, then value.</summary>
    [Id(14)]
    public MetricPoint[] Metrics { get; init; } = [];

    /// <summary>The dataset versions that it used.</summary>
    [Id(15)]
    public RunDataset[] Datasets { get; init; } = [];

    /// <summary>The logged models that it used.</summary>
    [Id(16)]
    public RunModel[] InputModels { get; init; } = [];

    /// <summary>The logged models that it made.</summary>
    [Id(17)]
    public RunModel[] OutputModels { get; init; } = [];

    /// <summary>Its experiment's artifact location; absent for the platform's own blobs.</summary>
    [Id(18)]
    public string? ArtifactLocation { get; init; }

    /// <summary>The latest value of a metric, or null when the run has none of that name.</summary>
    public double? Metric(string key) => Array.Find(Metrics, point => point.Key == key)?.Value;
}
