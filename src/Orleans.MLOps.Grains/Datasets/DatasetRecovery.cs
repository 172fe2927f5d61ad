using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>Wakes the datasets that a stopped silo left ingesting.</summary>
internal sealed class DatasetRecovery(IngestJournal journal, IGrainFactory grains) : IRoomRecovery
{
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        foreach (var (dataset, operationId) in await journal.ListAsync(cancellationToken))
        {
            await grains.GetGrain<IDatasetIngestControl>(dataset).Resume(operationId, cancellationToken);
        }
    }
}
