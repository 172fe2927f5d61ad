namespace Orleans.MLOps.Hosting.Time;

/// <summary>A timer of a <see cref="ReplayClock"/>; its schedule is guarded by the clock's lock.</summary>
internal sealed class ReplayTimer(ReplayClock clock, TimerCallback callback, object? state) : ITimer
{
    private volatile bool _disposed;

    public DateTimeOffset Due { get; set; }

    public TimeSpan? Period { get; set; }

    /// <summary>Breaks ties between timers due at the same instant: the one scheduled first goes first.</summary>
    public long Order { get; set; }

    public void Fire()
    {
        if (!_disposed)
        {
            callback(state);
        }
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        RequireSpan(dueTime, nameof(dueTime));
        RequireSpan(period, nameof(period));
        if (_disposed)
        {
            return false;
        }

        clock.Schedule(this, dueTime, period);
        return true;
    }

    public void Dispose()
    {
        _disposed = true;
        clock.Remove(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static void RequireSpan(TimeSpan value, string parameter)
    {
        if (value < TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(parameter, value, "A timer's span is zero or more, or infinite.");
        }
    }
}
