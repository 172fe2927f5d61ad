namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>Instants as event files hold them, in seconds since 1970. A double of today's date keeps microseconds, as the platform does.</summary>
internal static class WallTime
{
    private static readonly double Earliest = Of(DateTimeOffset.MinValue);

    // The last microsecond of year 9999 is rounded up by the double.
    private static readonly double Latest = Math.BitDecrement(Of(DateTimeOffset.MaxValue));

    public static double Of(DateTimeOffset instant)
    {
        // In one piece the ticks of today's date have more digits than a double.
        var (seconds, ticks) = Math.DivRem((instant - DateTimeOffset.UnixEpoch).Ticks, TimeSpan.TicksPerSecond);
        return seconds + ((double)ticks / TimeSpan.TicksPerSecond);
    }

    /// <summary>The instant, to the microsecond; null when it is no instant of the years 1 to 9999.</summary>
    public static DateTimeOffset? ToInstant(double seconds)
    {
        // NaN fails the comparison too.
        if (!(seconds >= Earliest && seconds <= Latest))
        {
            return null;
        }

        var whole = Math.Floor(seconds);
        var microseconds = Math.Round((seconds - whole) * 1_000_000);
        return DateTimeOffset.UnixEpoch.AddTicks(((long)whole * TimeSpan.TicksPerSecond) + ((long)microseconds * TimeSpan.TicksPerMicrosecond));
    }
}
