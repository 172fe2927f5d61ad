namespace Orleans.MLOps.Learning.Training;

/// <summary>Runs a whole training with all its shards in this process.</summary>
public static class ShardedTraining
{
    /// <summary>Reserves the plan's threads together, waiting in line if need be, and trains.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="data">The rows; must not change until the task has ended.</param>
    /// <param name="executor">The process's training threads.</param>
    /// <param name="start">What to start from; null for a fresh start.</param>
    /// <param name="callbacks">Called on the first shard's thread; null for none.</param>
    /// <param name="time">Measures throughput; null for the system's.</param>
    /// <param name="cancellation">Leaves the line, or ends the training between two steps.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentException">Plan, rows and start do not fit each other, or the plan has more shards than the executor has slots.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; no thread of the job runs any more.</exception>
    /// <exception cref="InvalidOperationException">The training diverged.</exception>
    public static async Task<TrainingResult> Run(
        TrainingPlan plan,
        TrainingSet data,
        TrainingExecutor executor,
        TrainingStart? start = null,
        TrainingCallbacks? callbacks = null,
        TimeProvider? time = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(executor);
        plan.Validate();
        using var exchange = new SharedMemoryExchange(plan.Shards, ShardWorker.ExchangeLength(plan.Network));
        var workers = Enumerable.Range(0, plan.Shards)
            .Select(rank => new ShardWorker(plan, data, rank, exchange, start, callbacks, time))
            .ToArray();
        using var gang = await executor.ReserveAsync(plan.Shards, cancellation).ConfigureAwait(false);
        var results = new TrainingResult[plan.Shards];
        var running = new List<Task>();
        try
        {
            for (var rank = 0; rank < workers.Length; rank++)
            {
                var own = rank;
                running.Add(gang.Run(() => results[own] = workers[own].Run(cancellation)));
            }
        }
        catch (Exception error)
        {
            exchange.Abort(error);
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await (running.Find(task => task.IsCanceled)
            ?? running.Find(task => task.IsFaulted && task.Exception.InnerException is not ShardAbortedException)
            ?? running.Find(task => task.IsFaulted)
            ?? Task.CompletedTask).ConfigureAwait(false);
        return results[0];
    }
}
