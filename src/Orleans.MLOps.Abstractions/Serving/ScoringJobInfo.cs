namespace Orleans.MLOps.Serving;

/// <summary>A scoring job as it stands.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.scoring-job-info")]
public sealed record ScoringJobInfo
{
    /// <summary>The project.</summary>
    [Id(0)]
    public required string Project { get; init; }

    /// <summary>The job's name.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>Its state.</summary>
    [Id(2)]
    public ScoringJobStatus Status { get; init; }

    /// <summary>Partitions planned.</summary>
    [Id(3)]
    public int Partitions { get; init; }

    /// <summary>Partitions scored.</summary>
    [Id(4)]
    public int PartitionsDone { get; init; }

    /// <summary>Rows of the scored version, and of the new one.</summary>
    [Id(5)]
    public long Rows { get; init; }

    /// <summary>The scored dataset.</summary>
    [Id(6)]
    public required string Dataset { get; init; }

    /// <summary>The digest of its version.</summary>
    [Id(7)]
    public required string DatasetDigest { get; init; }

    /// <summary>The registered model.</summary>
    [Id(8)]
    public required string Model { get; init; }

    /// <summary>Its version.</summary>
    [Id(9)]
    public int Version { get; init; }

    /// <summary>The digest of that version; absent for one that has none.</summary>
    [Id(10)]
    public string? ModelDigest { get; init; }

    /// <summary>The dataset that gets the version.</summary>
    [Id(11)]
    public required string Target { get; init; }

    /// <summary>The digest of the new version, once completed.</summary>
    [Id(12)]
    public string? TargetDigest { get; init; }

    /// <summary>Why it failed, as a kind.</summary>
    [Id(13)]
    public ErrorCode? ErrorCode { get; init; }

    /// <summary>Why it failed, or what it waits for, in words.</summary>
    [Id(14)]
    public string? Reason { get; init; }

    /// <summary>Counts from 1 how often the work was taken up; more than 1 after silos stopped.</summary>
    [Id(15)]
    public int Generation { get; init; }

    /// <summary>When it was asked for.</summary>
    [Id(16)]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended.</summary>
    [Id(17)]
    public DateTimeOffset? EndedAt { get; init; }
}
