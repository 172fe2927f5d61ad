using Orleans.MLOps.Client.Errors;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Polling;

/// <summary>Runs a scoring job to its version.</summary>
internal static class ScoringPolling
{
    /// <summary>Starts the job and polls until it has ended; a failure comes back as its typed exception.</summary>
    public static async Task<ScoringJobInfo> RunAsync(IServingClient client, ScoreDataset command, TimeProvider clock, CancellationToken cancellationToken)
    {
        var backoff = Backoff.ForJobs(clock);
        var job = await client.StartScoringAsync(command, cancellationToken).ConfigureAwait(false);
        while (job.Status is ScoringJobStatus.Pending or ScoringJobStatus.Running)
        {
            await backoff.WaitAsync(cancellationToken).ConfigureAwait(false);
            job = await client.GetScoringAsync(command.Name, command.Project, cancellationToken).ConfigureAwait(false);
        }

        return job.Status switch
        {
            ScoringJobStatus.Completed => job,
            ScoringJobStatus.Cancelled => throw new FailedPreconditionException($"Scoring job '{command.Name}' was cancelled.", "name"),
            _ => throw TypedErrors.Create(job.ErrorCode ?? ErrorCode.Unavailable, $"Scoring job '{command.Name}' failed: {job.Reason}"),
        };
    }
}
