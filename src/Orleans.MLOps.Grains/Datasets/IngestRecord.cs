using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>One ingest as its dataset remembers it.</summary>
[GenerateSerializer, Immutable, Alias("mlops.state.dataset.ingest")]
internal sealed record IngestRecord
{
    [Id(0)]
    public required string OperationId { get; init; }

    /// <summary>The digest that the version has or would have.</summary>
    [Id(1)]
    public required string VersionDigest { get; init; }

    [Id(2)]
    public IngestStatus Status { get; init; }

    /// <summary>What to do; dropped when the ingest has ended.</summary>
    [Id(3)]
    public IngestDataset? Command { get; init; }

    [Id(4)]
    public ErrorCode? ErrorCode { get; init; }

    [Id(5)]
    public string? Error { get; init; }
}
