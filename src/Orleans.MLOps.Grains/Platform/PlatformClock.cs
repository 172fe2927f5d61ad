namespace Orleans.MLOps.Grains.Platform;

/// <summary>
/// The two clocks of the platform. Event time drives windows, cool-downs, labels and charges; it is the wall clock
/// unless a replay moves it. Wall time stamps records and measures durations. Orleans keeps its own clock.
/// </summary>
public sealed class PlatformClock(TimeProvider eventTime, TimeProvider wallTime)
{
    /// <summary>Wall time for both.</summary>
    public static PlatformClock System { get; } = new(TimeProvider.System, TimeProvider.System);

    /// <summary>The clock of the modelled world.</summary>
    public TimeProvider EventTime { get; } = eventTime;

    /// <summary>The clock on the wall.</summary>
    public TimeProvider WallTime { get; } = wallTime;

    /// <summary>Now in event time, UTC.</summary>
    public DateTimeOffset EventNow => EventTime.GetUtcNow();

    /// <summary>Now in wall time, UTC.</summary>
    public DateTimeOffset WallNow => WallTime.GetUtcNow();
}
