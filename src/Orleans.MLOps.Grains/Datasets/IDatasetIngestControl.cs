namespace Orleans.MLOps.Grains.Datasets;

/// <summary>What a dataset's own ingests and the recovery tell it.</summary>
[Alias("mlops.datasets.ingest-control")]
internal interface IDatasetIngestControl : IGrainWithStringKey
{
    /// <summary>Takes up ingests that a stopped silo left. Idempotent.</summary>
    [Alias("resume")]
    Task Resume(CancellationToken cancellationToken = default);

    /// <summary>Ends an ingest. Idempotent.</summary>
    [Alias("finish")]
    Task Finish(string operationId, IngestOutcome outcome, CancellationToken cancellationToken = default);
}
