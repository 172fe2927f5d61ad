using Google.Protobuf.WellKnownTypes;

namespace Orleans.MLOps.Client.Wire;

/// <summary>Instants and spans in .NET's 100 ns ticks to and from protobuf's seconds and nanoseconds, without loss.</summary>
internal static class WireTime
{
    private const int NanosecondsPerTick = 100;
    private const int NanosecondsPerSecond = 1_000_000_000;
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;

    public static Timestamp ToTimestamp(DateTimeOffset instant)
    {
        var ticks = instant.UtcTicks - DateTime.UnixEpoch.Ticks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        if (rest < 0)
        {
            seconds--;
            rest += TimeSpan.TicksPerSecond;
        }

        return new() { Seconds = seconds, Nanos = (int)rest * NanosecondsPerTick };
    }

    public static DateTimeOffset ToInstant(Timestamp timestamp, string field)
    {
        if (timestamp.Seconds is < FirstSecond or > LastSecond || timestamp.Nanos is < 0 or >= NanosecondsPerSecond)
        {
            throw new WireFieldException(
                field, $"is {timestamp.Seconds} s and {timestamp.Nanos} ns: an instant of the years 1 to 9999 with 0 to 999999999 ns is allowed.");
        }

        var ticks = (timestamp.Seconds * TimeSpan.TicksPerSecond) + (timestamp.Nanos / NanosecondsPerTick);
        return new(DateTime.UnixEpoch.Ticks + ticks, TimeSpan.Zero);
    }

    public static Duration ToDuration(TimeSpan span) => new()
    {
        Seconds = span.Ticks / TimeSpan.TicksPerSecond,
        Nanos = (int)(span.Ticks % TimeSpan.TicksPerSecond) * NanosecondsPerTick,
    };

    public static TimeSpan ToSpan(Duration duration, string field)
    {
        var ticks = ((Int128)duration.Seconds * TimeSpan.TicksPerSecond) + (duration.Nanos / NanosecondsPerTick);
        return ticks >= TimeSpan.MinValue.Ticks && ticks <= TimeSpan.MaxValue.Ticks
            ? new((long)ticks)
            : throw new WireFieldException(field, $"is {duration.Seconds} s: {TimeSpan.MinValue} to {TimeSpan.MaxValue} are allowed.");
    }
}
