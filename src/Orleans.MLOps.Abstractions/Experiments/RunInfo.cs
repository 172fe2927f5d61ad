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

    /// <summary>Whether it accepts writes.</summary>
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

    /// <summary>Latest value of each metric.</summary>
    [Id(14)]
    public Dictionary<string, double> Metrics { get; init; } = [];
}
