using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>Wakes the jobs that a stopped silo left unfinished.</summary>
internal sealed class TrainingRecovery(CatalogTable catalog, IGrainFactory grains) : IRoomRecovery
{
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        foreach (var status in new[] { TrainingStatus.Running, TrainingStatus.Queued })
        {
            foreach (var job in await catalog.ListByStatusAsync(TrainingJobGrain.CatalogKind, status.ToString(), null, cancellationToken))
            {
                try
                {
                    await grains.GetGrain<ITrainingJobGrain>(job.Key).Resume(cancellationToken);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    failures.Add(error);
                }
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException("Not every interrupted training job could be resumed.", failures);
        }
    }
}
