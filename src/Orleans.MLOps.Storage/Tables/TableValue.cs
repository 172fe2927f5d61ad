using System.Data.Common;

namespace Orleans.MLOps.Storage.Tables;

/// <summary>
/// The values that tables hold: null, string, bool (0 or 1), the integers up to 64 bits, double (infinities too, NaN not), byte[],
/// and <see cref="DateTimeOffset"/> as whole microseconds since 1970-01-01 UTC. Every engine stores these alike.
/// </summary>
public static class TableValue
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMicrosecond;

    /// <summary>Microseconds since 1970-01-01 UTC; finer parts are cut off towards the past.</summary>
    public static long ToMicroseconds(DateTimeOffset time) => Math.DivRem(time.UtcTicks, TicksPerMicrosecond).Quotient - (DateTime.UnixEpoch.Ticks / TicksPerMicrosecond);

    /// <summary>A length of time in microseconds; finer parts are cut off towards zero.</summary>
    public static long ToMicroseconds(TimeSpan time) => time.Ticks / TicksPerMicrosecond;

    /// <summary>The UTC time of a count of microseconds since 1970-01-01.</summary>
    public static DateTimeOffset FromMicroseconds(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(checked(microseconds * TicksPerMicrosecond));

    /// <summary>Reads a column of microseconds.</summary>
    public static DateTimeOffset GetTime(this DbDataReader reader, int column)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return FromMicroseconds(reader.GetInt64(column));
    }

    /// <summary>Reads a column of microseconds that may be NULL.</summary>
    public static DateTimeOffset? GetNullableTime(this DbDataReader reader, int column)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return reader.IsDBNull(column) ? null : reader.GetTime(column);
    }

    /// <summary>Reads a text column that may be NULL.</summary>
    public static string? GetNullableString(this DbDataReader reader, int column)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    /// <summary>Reads a column of numbers in which NULL stands for NaN.</summary>
    public static double GetNumber(this DbDataReader reader, int column)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return reader.IsDBNull(column) ? double.NaN : reader.GetDouble(column);
    }

    internal static object?[] ToStored(object?[] values)
    {
        var stored = new object?[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            stored[i] = values[i] switch
            {
                null or string or long or byte[] => values[i],
                double d when double.IsNaN(d) => throw new ArgumentException($"Value ${i + 1} is NaN, which SQLite turns into NULL; store NULL and a flag.", nameof(values)),
                double => values[i],
                float f when float.IsNaN(f) => throw new ArgumentException($"Value ${i + 1} is NaN, which SQLite turns into NULL; store NULL and a flag.", nameof(values)),
                float f => (double)f,
                int n => (long)n,
                short n => (long)n,
                byte n => (long)n,
                uint n => (long)n,
                bool b => b ? 1L : 0L,
                DateTimeOffset t => ToMicroseconds(t),
                var other => throw new ArgumentException($"Value ${i + 1} is a {other.GetType()}; tables hold string, bool, integers, double, byte[] and DateTimeOffset.", nameof(values)),
            };
        }

        return stored;
    }
}
