namespace Orleans.MLOps.Learning.Training;

/// <summary>Where the threads of an exchange meet until one of them, or somebody else, aborts it.</summary>
/// <param name="threads">How many meet.</param>
/// <param name="together">Done by the last to come before the others go on; what it throws aborts. Null for nothing.</param>
/// <param name="aborting">Done once, before the threads that wait are woken by an abort. Null for nothing.</param>
internal sealed class ShardBarrier(int threads, Action? together = null, Action? aborting = null) : IDisposable
{
    private readonly Barrier _barrier = new(threads, together is null ? null : _ => together());
    private readonly CancellationTokenSource _aborted = new();
    private Exception? _reason;

    /// <summary>Waits for the others.</summary>
    /// <exception cref="ShardAbortedException">The exchange was aborted.</exception>
    public void Meet(int rank)
    {
        try
        {
            _barrier.SignalAndWait(_aborted.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or BarrierPostPhaseException)
        {
            if (error is BarrierPostPhaseException { InnerException: { } cause })
                Abort(cause);
            throw new ShardAbortedException(rank, _reason!);
        }
    }

    /// <summary>Makes everyone leave, now and from now on. Only the first reason counts.</summary>
    public void Abort(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (Interlocked.CompareExchange(ref _reason, reason, null) is not null)
            return;
        aborting?.Invoke();
        try
        {
            _aborted.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Every shard has left already.
        }
    }

    /// <summary>Every shard must have left.</summary>
    public void Dispose()
    {
        _barrier.Dispose();
        _aborted.Dispose();
    }
}
