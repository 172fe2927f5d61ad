namespace Orleans.MLOps.Grains.Datasets;

/// <summary>What a dataset's own ingests and the recovery tell it.</summary>
[Alias("mlops.datasets.ingest-control")]
internal interface IDatasetIngestControl : IGrainWithStringKey
{
    /// <summary>Takes up an ingest that a stopped silo left, or strikes it from the journal when it has ended. Idempotent.</summary>
    [Alias("resume")]
    Task Resume(string operationId, CancellationToken cancellationToken = default);

    /// <summary>Ends an ingest. Idempotent.</summary>
    [Alias("finish")]
    Task Finish(string operationId, IngestOutcome outcome, CancellationToken cancellationToken = default);
}
