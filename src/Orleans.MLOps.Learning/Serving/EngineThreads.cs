using System.Collections.Concurrent;
using Orleans.MLOps.Learning.Native;

namespace Orleans.MLOps.Learning.Serving;

/// <summary>
/// The threads on which engines run calls that take long, so that such calls hold up neither callers nor the thread pool. Their number is the
/// bound of what runs at once; work beyond it waits in order.
/// </summary>
public sealed class EngineThreads : IDisposable
{
    private readonly BlockingCollection<(Action<object> Run, object State)> _work = [];
    private readonly Thread[] _threads;

    /// <summary>Starts the threads.</summary>
    /// <param name="count">How many; at least 1.</param>
    /// <param name="givesWay">They run only when nothing else wants the processor. Default: false.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public EngineThreads(int count, bool givesWay = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _threads = [.. Enumerable.Range(0, count).Select(i => new Thread(() => Run(givesWay)) { IsBackground = true, Name = $"engine-{i}" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Runs work on one of the threads.</summary>
    /// <param name="run">The work; it must not throw.</param>
    /// <param name="state">Given to it.</param>
    /// <exception cref="ObjectDisposedException">The threads were stopped.</exception>
    public void Post(Action<object> run, object state)
    {
        try
        {
            _work.Add((run, state));
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(EngineThreads));
        }
    }

    /// <summary>Runs work on one of the threads.</summary>
    /// <param name="work">The work.</param>
    /// <returns>What it gave; its exceptions too.</returns>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <exception cref="ObjectDisposedException">The threads were stopped.</exception>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(
            _ =>
            {
                try
                {
                    done.SetResult(work());
                }
                catch (Exception error)
                {
                    done.SetException(error);
                }
            },
            done);
        return done.Task;
    }

    /// <summary>Takes no more work; what was posted before still runs. Does not wait. Idempotent.</summary>
    public void Dispose()
    {
        if (!_work.IsAddingCompleted)
            _work.CompleteAdding();
    }

    private void Run(bool givesWay)
    {
        if (givesWay)
            ThreadNiceness.Lower();
        foreach (var (run, state) in _work.GetConsumingEnumerable())
            run(state);
    }
}
