using Orleans.MLOps.Learning.Training;
using Orleans.MLOps.Learning.Training.Exchange;

namespace Orleans.MLOps.Grains.Training;

/// <summary>The shards of one generation of a job inside this silo: they share rows, plan, exchange and reserved threads.</summary>
internal sealed class TrainingGang : IDisposable
{
    private readonly GangReservation _reservation;
    private readonly IGradientExchange _exchange;
    private readonly ShardWorker[] _workers;
    private readonly TrainingResult?[] _results;
    private readonly CancellationToken _cancellation;

    /// <summary>Puts a worker on each rank; the exchange, open already, is disposed with the gang.</summary>
    public TrainingGang(
        PreparedTraining prepared, TrainingStart start, TrainingCallbacks callbacks, RankRange ranks, IGradientExchange exchange,
        GangReservation reservation, TimeProvider time, CancellationToken cancellation)
    {
        _reservation = reservation;
        _exchange = exchange;
        _cancellation = cancellation;
        _results = new TrainingResult?[ranks.Count];
        _workers =
        [
            .. Enumerable.Range(ranks.First, ranks.Count)
                .Select(rank => new ShardWorker(prepared.Plan, prepared.Set, rank, exchange, start, callbacks, time)),
        ];
    }

    /// <summary>Trains on the reserved threads, all together.</summary>
    /// <returns>The result of the gang's first shard; all shards of the job have the same weights.</returns>
    public async Task<TrainingResult> RunAsync()
    {
        var running = new List<Task>();
        try
        {
            for (var i = 0; i < _workers.Length; i++)
            {
                var own = i;
                running.Add(_reservation.Run(() => _results[own] = _workers[own].Run(_cancellation)));
            }
        }
        catch (Exception error)
        {
            Abort(error);
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // The shard that failed first says why; the others only say that it left.
        await (running.Find(task => task.IsCanceled)
            ?? running.Find(task => task.IsFaulted && task.Exception!.InnerException is not ShardAbortedException)
            ?? running.Find(task => task.IsFaulted)
            ?? Task.CompletedTask).ConfigureAwait(false);
        return _results[0]!;
    }

    /// <summary>Makes every shard leave its next exchange, here and on other silos.</summary>
    public void Abort(Exception reason) => _exchange.Abort(reason);

    /// <summary>Frees the exchange; every shard must have ended.</summary>
    public void Dispose() => (_exchange as IDisposable)?.Dispose();
}
