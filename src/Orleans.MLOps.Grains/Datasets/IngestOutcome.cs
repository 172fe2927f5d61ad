using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>What an ingest came to: a version whose blobs are durable, or an error.</summary>
[GenerateSerializer, Immutable, Alias("mlops.datasets.ingest-outcome")]
internal sealed record IngestOutcome
{
    [Id(0)]
    public DatasetVersionInfo? Version { get; init; }

    /// <summary>The blob of the version's sketches.</summary>
    [Id(1)]
    public BlobRef? Sketches { get; init; }

    [Id(2)]
    public ErrorCode? ErrorCode { get; init; }

    [Id(3)]
    public string? Error { get; init; }

    public static IngestOutcome Refused(ErrorCode code, string error) => new() { ErrorCode = code, Error = error };
}
