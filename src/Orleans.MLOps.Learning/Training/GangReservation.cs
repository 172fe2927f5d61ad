using Orleans.MLOps.Learning.Native;

namespace Orleans.MLOps.Learning.Training;

/// <summary>Slots of a <see cref="TrainingExecutor"/> that one job holds. Thread-safe.</summary>
public sealed class GangReservation : IDisposable
{
    private readonly TrainingExecutor _executor;
    private readonly Lock _gate = new();
    private int _running;
    private bool _disposed;

    internal GangReservation(TrainingExecutor executor, int threads)
    {
        _executor = executor;
        Threads = threads;
    }

    /// <summary>Number of slots held.</summary>
    public int Threads { get; }

    /// <summary>
    /// Runs work on a new dedicated background thread below normal priority (nice 10 on Linux), so that nothing of Torch's per-thread
    /// state outlives it.
    /// </summary>
    /// <param name="work">The work; it may block.</param>
    /// <returns>Completes when the work has ended; carries its exception, or its cancellation when it threw that.</returns>
    /// <exception cref="InvalidOperationException">As many works run already as slots are held.</exception>
    /// <exception cref="ObjectDisposedException">The reservation was disposed.</exception>
    public Task Run(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_running == Threads)
                throw new InvalidOperationException($"All {Threads} reserved training threads are running.");
            _running++;
        }

        var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Execute(work, completion))
        {
            IsBackground = true,
            Name = "mlops-training",
            Priority = ThreadPriority.BelowNormal,
        };
        try
        {
            thread.UnsafeStart();
        }
        catch
        {
            Ended();
            throw;
        }

        return completion.Task;
    }

    /// <summary>Frees the slots as soon as the last running work has ended. Idempotent; does not wait.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            if (_running > 0)
                return;
        }

        _executor.Release(Threads);
    }

    private void Execute(Action work, TaskCompletionSource completion)
    {
        Exception? failure = null;
        try
        {
            ThreadNiceness.Lower();
            work();
        }
        catch (Exception error)
        {
            failure = error;
        }

        Ended();
        if (failure is OperationCanceledException cancelled)
            completion.SetCanceled(cancelled.CancellationToken);
        else if (failure is not null)
            completion.SetException(failure);
        else
            completion.SetResult();
    }

    private void Ended()
    {
        lock (_gate)
        {
            _running--;
            if (!_disposed || _running > 0)
                return;
        }

        _executor.Release(Threads);
    }
}
