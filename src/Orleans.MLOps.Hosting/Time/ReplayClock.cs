namespace Orleans.MLOps.Hosting.Time;

/// <summary>
/// Event time for a replay: it stands still until somebody advances it, and only forward. Timers made through it (also
/// <c>Task.Delay</c> and <see cref="PeriodicTimer"/>) fire inside <see cref="AdvanceTo"/>, in the order of their due times, a periodic one
/// once for each period passed, while the clock shows that very due time. Thread-safe.
/// </summary>
public sealed class ReplayClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ReplayTimer> _timers = [];
    private DateTimeOffset _now = start.ToUniversalTime();
    private long _created;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Ticks of 100 ns in a second: timestamps of this clock are event time as well.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <summary>
    /// Moves the clock to <paramref name="instant"/> and returns when every callback due until then has returned.
    /// The present instant is allowed and changes nothing. What a callback throws comes out here, with the clock at that callback's due time.
    /// </summary>
    /// <exception cref="InvalidInputException">The instant lies before the clock's present one.</exception>
    public void AdvanceTo(DateTimeOffset instant)
    {
        var target = instant.ToUniversalTime();
        lock (_gate)
        {
            if (target < _now)
            {
                throw new InvalidInputException($"The replay clock stands at {_now:O} and only moves forward; it was asked for {target:O}.", nameof(instant));
            }
        }

        while (NextDue(target) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>Moves the clock on by <paramref name="span"/>, zero or more.</summary>
    /// <exception cref="InvalidInputException">The span is negative.</exception>
    public void Advance(TimeSpan span) => AdvanceTo(GetUtcNow() + span);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ReplayTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Schedule(ReplayTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
            timer.Period = period > TimeSpan.Zero ? period : null;
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            timer.Due = _now + dueTime;
            timer.Order = _created++;
            if (dueTime > TimeSpan.Zero)
            {
                _timers.Add(timer);
                return;
            }

            Rearm(timer);
        }

        // Due at once: nobody may ever advance the clock again, so it does not wait for that.
        ThreadPool.UnsafeQueueUserWorkItem(static due => due.Fire(), timer, preferLocal: false);
    }

    internal void Remove(ReplayTimer timer)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
        }
    }

    private ReplayTimer? NextDue(DateTimeOffset target)
    {
        lock (_gate)
        {
            var next = _timers.Where(timer => timer.Due <= target).MinBy(timer => (timer.Due, timer.Order));
            if (next is null)
            {
                _now = target > _now ? target : _now;
                return null;
            }

            _now = next.Due > _now ? next.Due : _now;
            _timers.Remove(next);
            Rearm(next);
            return next;
        }
    }

    private void Rearm(ReplayTimer timer)
    {
        if (timer.Period is { } period)
        {
            timer.Due += period;
            _timers.Add(timer);
        }
    }
}
