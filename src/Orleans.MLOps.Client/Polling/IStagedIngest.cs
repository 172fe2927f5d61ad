using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Client.Polling;

/// <summary>An ingest of bytes that are already staged, started and watched in two calls.</summary>
internal interface IStagedIngest
{
    /// <summary>Starts the ingest. Idempotent by operation id. A final refusal drops the staged bytes.</summary>
    Task<IngestProgress> BeginAsync(IngestDataset command, string operationId, CancellationToken cancellationToken = default);

    /// <summary>How far it is.</summary>
    Task<IngestProgress> GetAsync(string project, string name, string operationId, CancellationToken cancellationToken = default);
}
