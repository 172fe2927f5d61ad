using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Learning.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>
/// What this silo trains: at most one part of each job. Whoever coordinates a job may die at any moment, so a part that nobody asks for
/// ends by itself, and a later generation of its job ends it at once.
/// </summary>
internal sealed class TrainingParts(TrainingExecutor executor, ExchangePort port, PartWork work, PlatformClock clock)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>How long a part goes on while nobody asks for it.</summary>
    public static readonly TimeSpan Unwatched = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWatch = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, TrainingPart> _parts = [];
    private readonly ShardLine _line = new();
    private ITimer? _timer;
    private bool _stopping;

    public ShardOffer Capacity => new() { Slots = executor.Slots, Free = executor.Free };

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(TrainingParts),
        ServiceLifecycleStage.Active,
        _ =>
        {
            _timer = clock.WallTime.CreateTimer(static parts => ((TrainingParts)parts!).EndUnwatched(), this, LookEvery, LookEvery);
            return Task.CompletedTask;
        },
        _ => StopAllAsync());

    public ShardOffer Offer(ShardClaim claim)
    {
        lock (_lock)
        {
            var now = clock.WallNow;
            if (_stopping || !MakeWay(claim.JobId, claim.Generation))
            {
                return Capacity with { Free = 0 };
            }

            if (_parts.TryGetValue(claim.JobId, out var mine))
            {
                return Granted(claim, mine);
            }

            if (claim.Waits)
            {
                _line.Wait(claim.JobId, claim.Since, now);
            }

            if (_line.IsBehind(claim.JobId, claim.Since, now))
            {
                return Capacity with { Free = 0 };
            }

            if (claim.Threads == 0 || executor.TryReserve(claim.Threads) is not { } reservation)
            {
                return Capacity;
            }

            _line.Leave(claim.JobId);
            var part = new TrainingPart(claim.JobId, claim.Generation, reservation, clock.WallTime);
            _parts.Add(claim.JobId, part);
            return Granted(claim, part);
        }
    }

    /// <exception cref="FailedPreconditionException">No threads are taken for it.</exception>
    public void Start(PartOrder order)
    {
        lock (_lock)
        {
            var part = Get(order.JobId, order.Generation);
            part.Start(() => work.Begin(order, part));
        }
    }

    public async Task<PartOutcome?> WatchAsync(string jobId, int generation, CancellationToken cancellationToken)
    {
        TrainingPart part;
        lock (_lock)
        {
            if (!_parts.TryGetValue(jobId, out var found) || found.Generation != generation)
            {
                return new PartOutcome { End = PartEnd.Interrupted, Reason = $"This silo does not train generation {generation} of job '{jobId}' any more." };
            }

            part = found;
            part.Watched();
        }

        try
        {
            return await part.Outcome.WaitAsync(LongestWatch, clock.WallTime, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <returns>The part; null when there is none.</returns>
    public TrainingPart? Stop(string jobId, int generation)
    {
        lock (_lock)
        {
            if (!_parts.TryGetValue(jobId, out var part) || part.Generation != generation)
            {
                return null;
            }

            part.Stop(PartEnd.Stopped, "It was told to end.");
            return part;
        }
    }

    public async Task EndAsync(string jobId, int generation)
    {
        if (Stop(jobId, generation) is not { } part)
        {
            return;
        }

        Task ended = part.Outcome;
        await ended.WaitAsync(Farewell, clock.WallTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (ended.IsCompleted)
        {
            Forget(part);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private ShardOffer Granted(ShardClaim claim, TrainingPart part) => Capacity with
    {
        Granted = claim.Threads > 0 && part.Threads == claim.Threads,
        Exchange = claim.Leads ? port.Listener.EndPoint.ToString() : null,
    };

    /// <summary>Ends an earlier generation of the job; false while its threads run on, or when the claim is the earlier one.</summary>
    private bool MakeWay(string jobId, int generation)
    {
        if (!_parts.TryGetValue(jobId, out var part) || part.Generation == generation)
        {
            return true;
        }

        if (part.Generation > generation)
        {
            return false;
        }

        part.Stop(PartEnd.Stale, $"Generation {generation} has taken over.");
        if (!part.Outcome.IsCompleted)
        {
            return false;
        }

        Forget(part);
        return true;
    }

    private TrainingPart Get(string jobId, int generation) => _parts.TryGetValue(jobId, out var part) && part.Generation == generation
        ? part
        : throw new FailedPreconditionException($"No threads of this silo are taken for generation {generation} of job '{jobId}'.", "generation");

    private void EndUnwatched()
    {
        TrainingPart[] unwatched;
        lock (_lock)
        {
            unwatched = [.. _parts.Values.Where(part => part.SinceWatched > Unwatched)];
        }

        foreach (var part in unwatched)
        {
            part.Stop(PartEnd.Interrupted, $"Nobody has asked for it for {Unwatched.TotalSeconds:0} s.");
            if (part.Outcome.IsCompleted)
            {
                Forget(part);
            }
        }
    }

    private void Forget(TrainingPart part)
    {
        lock (_lock)
        {
            if (_parts.TryGetValue(part.JobId, out var found) && found == part)
            {
                _parts.Remove(part.JobId);
                part.Dispose();
            }
        }
    }

    private async Task StopAllAsync()
    {
        TrainingPart[] parts;
        lock (_lock)
        {
            _stopping = true;
            parts = [.. _parts.Values];
        }

        foreach (var part in parts)
        {
            part.Stop(PartEnd.Interrupted, "Its silo stops.");
        }

        await Task.WhenAll(parts.Select(part => (Task)part.Outcome)).WaitAsync(Farewell, clock.WallTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
