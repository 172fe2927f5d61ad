using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>Wakes the scoring jobs that a stopped silo left unfinished.</summary>
internal sealed class ScoringRecovery(CatalogTable catalog, IGrainFactory grains) : IRoomRecovery
{
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        foreach (var status in new[] { ScoringJobStatus.Running, ScoringJobStatus.Pending })
        {
            foreach (var job in await catalog.ListByStatusAsync(ScoringJobGrain.CatalogKind, status.ToString(), null, cancellationToken))
            {
                try
                {
                    await grains.GetGrain<IScoringJobGrain>(job.Key).Resume(cancellationToken);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    failures.Add(error);
                }
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException("Not every interrupted scoring job could be resumed.", failures);
        }
    }
}
