using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>The partitions that this silo scores, of all jobs, some at once and the others in turn.</summary>
internal sealed class ScoringParts(ScoringWork work, ScoringOptions options, IBlobStore blobs, PlatformClock clock) : IDisposable
{
    /// <summary>A partition that nobody asks for so long is given up.</summary>
    public static readonly TimeSpan Unwatched = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(2);

    private readonly Dictionary<(string Job, int Generation, int Partition), Running> _running = [];
    private readonly SemaphoreSlim _slots = new(options.Slots);

    /// <summary>Starts or joins the work of an order; null when it goes on for a while.</summary>
    public async Task<ScoringPart?> ScoreAsync(ScoringPartOrder order)
    {
        var key = (order.Job, order.Generation, order.Partition);
        Running running;
        lock (_running)
        {
            if (!_running.TryGetValue(key, out running!))
            {
                _running[key] = running = new Running(clock.WallTime);
                running.Work = Task.Run(() => RunAsync(order, running.Giving.Token));
                running.Giving.Token.UnsafeRegister(_ => GiveUp(key, running), null);
            }

            running.Giving.CancelAfter(Unwatched);
        }

        if (await Task.WhenAny(running.Work, Task.Delay(LongestAnswer, clock.WallTime)) != running.Work)
        {
            return null;
        }

        Forget(key, running);
        return await running.Work;
    }

    public void Stop(string job, int generation)
    {
        lock (_running)
        {
            foreach (var (key, running) in _running)
            {
                if (key.Job == job && key.Generation == generation)
                {
                    running.Giving.Cancel();
                }
            }
        }
    }

    public void Dispose()
    {
        lock (_running)
        {
            foreach (var running in _running.Values)
            {
                running.Giving.Cancel();
            }
        }
    }

    /// <summary>Forgets a partition, and gives back the space of its part when it was finished and nobody fetched it.</summary>
    private void GiveUp((string Job, int Generation, int Partition) key, Running running)
    {
        if (Forget(key, running) && running.Work.IsCompletedSuccessfully)
        {
            blobs.ReleaseAsync(running.Work.Result.Blob.Digest, clock.WallNow, CancellationToken.None).Ignore();
        }
    }

    private bool Forget((string Job, int Generation, int Partition) key, Running running)
    {
        lock (_running)
        {
            return _running.GetValueOrDefault(key) == running && _running.Remove(key);
        }
    }

    private async Task<ScoringPart> RunAsync(ScoringPartOrder order, CancellationToken cancellationToken)
    {
        try
        {
            await _slots.WaitAsync(cancellationToken);
            try
            {
                var part = await work.ScoreAsync(order, cancellationToken);
                if (cancellationToken.IsCancellationRequested)
                {
                    // Who gave it up has not seen it.
                    await blobs.ReleaseAsync(part.Blob.Digest, clock.WallNow, CancellationToken.None);
                    cancellationToken.ThrowIfCancellationRequested();
                }

                return part;
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new UnavailableException($"Partition {order.Partition} of '{order.Job}' was given up: the job goes on elsewhere, or has ended.");
        }
    }

    private sealed class Running(TimeProvider clock)
    {
        /// <summary>Not disposed: whoever asks may still put off its end.</summary>
        public CancellationTokenSource Giving { get; } = new(Timeout.InfiniteTimeSpan, clock);

        public Task<ScoringPart> Work { get; set; } = null!;
    }
}
