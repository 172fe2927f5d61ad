namespace Orleans.MLOps.Datasets;

/// <summary>The state of one ingest.</summary>
[GenerateSerializer, Immutable, Alias("mlops.datasets.ingest-progress")]
public sealed record IngestProgress
{
    /// <summary>Names the ingest.</summary>
    [Id(0)]
    public required string OperationId { get; init; }

    /// <summary>How far it is.</summary>
    [Id(1)]
    public IngestStatus Status { get; init; }

    /// <summary>The version, once completed.</summary>
    [Id(2)]
    public DatasetVersionInfo? Version { get; init; }

    /// <summary>Why it failed, as a kind.</summary>
    [Id(3)]
    public ErrorCode? ErrorCode { get; init; }

    /// <summary>Why it failed, in words.</summary>
    [Id(4)]
    public string? Error { get; init; }
}
