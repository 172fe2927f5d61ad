namespace Orleans.MLOps.Client.Tests.Support;

/// <summary>A clock whose timers fire at once; it remembers how long they should have waited.</summary>
public sealed class EagerClock : TimeProvider
{
    public List<TimeSpan> Delays { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Delays.Add(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
