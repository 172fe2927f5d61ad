namespace Orleans.MLOps.Grains.Serving;

/// <summary>The calls that run in this silo without a message: how many there are, how long their callers wait, and the end of them all. Thread-safe.</summary>
/// <param name="time">Measures the waiting.</param>
/// <param name="patience">How long a caller waits.</param>
internal sealed class LocalCalls(TimeProvider time, Func<TimeSpan> patience)
{
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _users;
    private volatile bool _open;

    public void Open() => _open = true;

    /// <summary>False when calls are not taken; who enters gives its answer to <see cref="Bounded"/>.</summary>
    public bool TryEnter()
    {
        if (!_open)
        {
            return false;
        }

        Interlocked.Increment(ref _users);
        if (_open)
        {
            return true;
        }

        Leave();
        return false;
    }

    /// <summary>The answer of a call that entered, for as long as its caller has patience; it has left when its own answer is there.</summary>
    public Task<T> Bounded<T>(EndpointKey endpoint, Task<T> answer, CancellationToken cancellationToken)
    {
        if (answer.IsCompleted)
        {
            Leave();
            return answer;
        }

        // Also when its caller is gone by then: it may still record.
        _ = LeaveAfterAsync(answer);
        return WaitAsync(endpoint, answer, cancellationToken);
    }

    /// <summary>Takes no more calls and waits for those that entered.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        _open = false;

        // Who entered before must be seen here, and who leaves must see that it is closed.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _users) > 0)
        {
            await _idle.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0 && !_open)
        {
            _idle.TrySetResult();
        }
    }

    private async Task LeaveAfterAsync(Task answer)
    {
        await answer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Leave();
    }

    private async Task<T> WaitAsync<T>(EndpointKey endpoint, Task<T> answer, CancellationToken cancellationToken)
    {
        var longest = patience();
        try
        {
            return await answer.WaitAsync(longest, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!answer.IsCompleted)
        {
            throw new TimeoutException($"Endpoint '{endpoint.Name}' did not answer within {longest}.");
        }
    }
}
