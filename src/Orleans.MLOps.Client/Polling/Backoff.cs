namespace Orleans.MLOps.Client.Polling;

/// <summary>The growing pauses between two looks at long work.</summary>
internal sealed class Backoff(TimeProvider clock, TimeSpan first, TimeSpan longest)
{
    private TimeSpan next = first;

    /// <summary>The pauses while an ingest is watched: 5 ms doubling to 250 ms.</summary>
    public static Backoff ForIngest(TimeProvider clock) => new(clock, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(250));

    /// <summary>The pauses while a training or scoring job is watched: 10 ms doubling to 500 ms.</summary>
    public static Backoff ForJobs(TimeProvider clock) => new(clock, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(500));

    /// <summary>Waits for the next pause.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(next, clock, cancellationToken).ConfigureAwait(false);
        next = next * 2 < longest ? next * 2 : longest;
    }
}
