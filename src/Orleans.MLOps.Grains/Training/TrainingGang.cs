using Orleans.MLOps.Learning.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>
/// The shards of one generation of a job inside this silo: they share rows, plan, exchange and reserved threads. Shard grains start
/// their thread here; the job's runner waits for the end of all.
/// </summary>
internal sealed class TrainingGang : IDisposable
{
    private readonly GangReservation _reservation;
    private readonly CancellationToken _cancellation;
    private readonly SharedMemoryExchange _exchange;
    private readonly ShardWorker[] _workers;
    private readonly Task?[] _running;
    private readonly TrainingResult?[] _results;
    private readonly Lock _lock = new();

    public TrainingGang(
        string jobId, int generation, PreparedTraining prepared, TrainingStart start, TrainingCallbacks callbacks,
        GangReservation reservation, TimeProvider time, CancellationToken cancellation)
    {
        JobId = jobId;
        Generation = generation;
        _reservation = reservation;
        _cancellation = cancellation;
        var shards = prepared.Plan.Shards;
        _running = new Task?[shards];
        _results = new TrainingResult?[shards];
        _exchange = new SharedMemoryExchange(shards, ShardWorker.ExchangeLength(prepared.Network));
        _workers = [.. Enumerable.Range(0, shards).Select(rank => new ShardWorker(prepared.Plan, prepared.Set, rank, _exchange, start, callbacks, time))];
    }

    public string JobId { get; }

    public int Generation { get; }

    public int Shards => _workers.Length;

    /// <summary>Starts one shard on one of the reserved threads; a repeat finds it running.</summary>
    /// <returns>Completes when the shard has ended.</returns>
    public Task Start(int rank)
    {
        if (rank < 0 || rank >= Shards)
        {
            throw new InvalidInputException($"Job '{JobId}' has no shard {rank}; it has {Shards}.", "rank");
        }

        lock (_lock)
        {
            return _running[rank] ??= _reservation.Run(() => _results[rank] = _workers[rank].Run(_cancellation));
        }
    }

    /// <summary>Makes every shard leave its next exchange.</summary>
    public void Abort(Exception reason) => _exchange.Abort(reason);

    /// <summary>Waits until every shard that was started has ended.</summary>
    /// <returns>The result of the first shard; all have the same weights.</returns>
    public async Task<TrainingResult> WaitAsync()
    {
        Task[] running;
        lock (_lock)
        {
            running = [.. _running.OfType<Task>()];
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // The shard that failed first says why; the others only say that it left.
        await (Array.Find(running, task => task.IsCanceled)
            ?? Array.Find(running, task => task.IsFaulted && task.Exception.InnerException is not ShardAbortedException)
            ?? Array.Find(running, task => task.IsFaulted)
            ?? Task.CompletedTask).ConfigureAwait(false);
        return _results[0] ?? throw new InvalidOperationException($"Shard 0 of job '{JobId}' was never started.");
    }

    /// <summary>Frees the exchange; every shard must have ended.</summary>
    public void Dispose() => _exchange.Dispose();
}
