namespace Orleans.MLOps.Client.Resilience;

/// <summary>How much was taken, how much of that has come to an end, and who waits for that. Guarded by its owner's lock.</summary>
internal sealed class FlushGoals
{
    private readonly List<(long Goal, TaskCompletionSource Done)> _flushes = [];
    private long _accepted;

    /// <summary>What was taken; may be read without the lock.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>What of it has not come to an end.</summary>
    public long Open { get; private set; }

    /// <summary>Whether somebody waits.</summary>
    public bool IsAwaited => _flushes.Count > 0;

    public void Accept(int size)
    {
        Interlocked.Add(ref _accepted, size);
        Open += size;
    }

    public void Settle(long size)
    {
        Open -= size;
        var settled = Accepted - Open;
        _flushes.RemoveAll(flush => flush.Goal <= settled && flush.Done.TrySetResult());
    }

    /// <summary>Ends when all that was taken so far has come to an end.</summary>
    public Task WaitAsync()
    {
        if (Open == 0)
        {
            return Task.CompletedTask;
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _flushes.Add((Accepted, done));
        return done.Task;
    }
}
