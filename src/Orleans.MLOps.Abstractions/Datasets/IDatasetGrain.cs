using Orleans.Concurrency;

namespace Orleans.MLOps.Datasets;

/// <summary>A dataset: which versions exist. Key: <see cref="DatasetKey"/>.</summary>
[Alias("mlops.datasets.dataset-grain")]
public interface IDatasetGrain : IGrainWithStringKey
{
    /// <summary>Starts an ingest and returns at once. Idempotent by <paramref name="operationId"/>. Refuses a command that contradicts itself with <see cref="InvalidInputException"/>.</summary>
    [Alias("begin-ingest")]
    Task<IngestProgress> BeginIngest(IngestDataset command, string operationId, CancellationToken cancellationToken = default);

    /// <summary>How far an ingest is; <see cref="NotFoundException"/> for an unknown one.</summary>
    [AlwaysInterleave]
    [Alias("get-ingest")]
    Task<IngestProgress> GetIngest(string operationId, CancellationToken cancellationToken = default);

    /// <summary>Documents columns of the newest version; unknown columns are refused.</summary>
    [Alias("describe")]
    Task Describe(Dictionary<string, string> columns, CancellationToken cancellationToken = default);

    /// <summary>A version, the newest if no digest is given; <see cref="NotFoundException"/> if there is none.</summary>
    [ReadOnly]
    [Alias("get-version")]
    Task<DatasetVersionInfo> GetVersion(string? digest, CancellationToken cancellationToken = default);

    /// <summary>A summary; the dashboard shows it.</summary>
    [ReadOnly]
    [Alias("get-state")]
    Task<DatasetSummary> GetState();
}
