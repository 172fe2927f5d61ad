using Orleans.MLOps.Training;

namespace Orleans.MLOps.Client.Polling;

/// <summary>Waits for training jobs.</summary>
internal static class TrainingPolling
{
    /// <summary>Whether a job goes no further.</summary>
    public static bool HasEnded(TrainingJobInfo job) =>
        job.Status is TrainingStatus.Completed or TrainingStatus.Failed or TrainingStatus.Cancelled;

    /// <summary>Polls until the job has ended, whichever way.</summary>
    public static async Task<TrainingJobInfo> WaitAsync(ITrainingClient client, string jobId, TimeProvider clock, CancellationToken cancellationToken)
    {
        var backoff = Backoff.ForJobs(clock);
        var job = await client.GetAsync(jobId, cancellationToken).ConfigureAwait(false);
        while (!HasEnded(job))
        {
            await backoff.WaitAsync(cancellationToken).ConfigureAwait(false);
            job = await client.GetAsync(jobId, cancellationToken).ConfigureAwait(false);
        }

        return job;
    }
}
