namespace Orleans.MLOps.Experiments;

/// <summary>Starts a run. Repeating it with the same RunId gives the same run.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.start-run")]
public sealed record StartRun
{
    /// <summary>The experiment.</summary>
    [Id(0)]
    public long ExperimentId { get; init; }

    /// <summary>32 lower-case hex digits chosen by the caller; made by the platform if absent.</summary>
    [Id(1)]
    public string? RunId { get; init; }

    /// <summary>A name for people.</summary>
    [Id(2)]
    public string? Name { get; init; }

    /// <summary>Who runs it.</summary>
    [Id(3)]
    public string? User { get; init; }

    /// <summary>On which machine.</summary>
    [Id(4)]
    public string? Host { get; init; }

    /// <summary>Which code.</summary>
    [Id(5)]
    public string? GitCommit { get; init; }

    /// <summary>The random seed.</summary>
    [Id(6)]
    public long? Seed { get; init; }

    /// <summary>Package name to version.</summary>
    [Id(7)]
    public Dictionary<string, string> Packages { get; init; } = [];

    /// <summary>Tags to set at once.</summary>
    [Id(8)]
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>When it started; now if absent.</summary>
    [Id(9)]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The run that this one is a part of; kept as tag <c>mlflow.parentRunId</c>.</summary>
    [Id(10)]
    public string? ParentRunId { get; init; }

    /// <summary>Promises a heartbeat at least this often, 1 second to 1 day; a run that misses it is failed until it is heard of again; the platform's own absence does not count. Without it nothing is promised.</summary>
    [Id(11)]
    public TimeSpan? HeartbeatWithin { get; init; }
}
