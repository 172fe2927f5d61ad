namespace Orleans.MLOps.Learning.Serving;

/// <summary>Counts the calls of an engine, so that it is released when it was disposed and the last call has ended.</summary>
internal sealed class EngineUsers(object owner, Action release) : IDisposable
{
    private int _users = 1;
    private int _disposed;

    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public void Enter()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, owner);
        var users = Volatile.Read(ref _users);
        while (users > 0)
        {
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
                return;
            users = seen;
        }

        throw new ObjectDisposedException(owner.GetType().Name);
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            release();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            Leave();
    }
}
