using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Storage.Analytics;

/// <summary>
/// What text counts as which type. Numbers with leading zeros and integers beyond 64 bits are text, since they are names rather than
/// quantities and would not survive; a time without an offset is UTC; fractions of a second finer than microseconds are cut off.
/// </summary>
internal static class CsvValue
{
    public static bool Fits(ReadOnlySpan<byte> text, ColumnType type) => type switch
    {
        ColumnType.Int64 => TryInt64(text, out _),
        ColumnType.Double => TryDouble(text, out _),
        ColumnType.Boolean => TryBoolean(text, out _),
        ColumnType.Date => TryDate(text, out _),
        ColumnType.Timestamp => TryTimestamp(text, out _),
        _ => true,
    };

    public static bool TryInt64(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        return HasPlainStart(text) && Utf8Parser.TryParse(text, out value, out var used) && used == text.Length;
    }

    public static bool TryDouble(ReadOnlySpan<byte> text, out double value)
    {
        if (TrySpecial(text, out value))
        {
            return true;
        }

        if (!HasPlainStart(text))
        {
            return false;
        }

        return text.IndexOfAny((byte)'.', (byte)'e', (byte)'E') >= 0
            ? double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value) && double.IsFinite(value)
            : TryInt64(text, out var whole) && Assign(whole, out value);
    }

    public static bool TryBoolean(ReadOnlySpan<byte> text, out bool value)
    {
        value = Ascii.EqualsIgnoreCase(text, "true"u8);
        return value || Ascii.EqualsIgnoreCase(text, "false"u8);
    }

    public static bool TryDate(ReadOnlySpan<byte> text, out DateOnly value)
    {
        value = default;
        if (text.Length != 10 || text[4] != '-' || text[7] != '-' || !TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..], out var day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        value = new DateOnly(year, month, day);
        return true;
    }

    public static bool TryTimestamp(ReadOnlySpan<byte> text, out DateTime value)
    {
        value = default;
        if (text.Length < 10 || !TryDate(text[..10], out var date))
        {
            return false;
        }

        var ticks = date.ToDateTime(TimeOnly.MinValue).Ticks;
        var rest = text[10..];
        if (rest.Length > 0)
        {
            if (rest[0] is not ((byte)'T' or (byte)' ') || !TryTime(rest[1..], out var time, out var used) || !TryOffset(rest[(1 + used)..], out var offset))
            {
                return false;
            }

            ticks += time - offset;
        }

        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        value = new DateTime(ticks, DateTimeKind.Utc);
        return true;
    }

    private static bool TryTime(ReadOnlySpan<byte> text, out long ticks, out int used)
    {
        ticks = 0;
        used = 5;
        if (text.Length < 5 || text[2] != ':' || !TryDigits(text[..2], out var hour) || !TryDigits(text[3..5], out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        ticks = (hour * TimeSpan.TicksPerHour) + (minute * TimeSpan.TicksPerMinute);
        if (text.Length < 6 || text[5] != ':')
        {
            return true;
        }

        if (text.Length < 8 || !TryDigits(text[6..8], out var second) || second > 59)
        {
            return false;
        }

        used = 8;
        ticks += second * TimeSpan.TicksPerSecond;
        return text.Length < 9 || text[8] != '.' || TryFraction(text[9..], ref ticks, ref used);
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, ref long ticks, ref int used)
    {
        var digits = 0;
        var microseconds = 0;
        while (digits < text.Length && char.IsAsciiDigit((char)text[digits]))
        {
            if (digits < 6)
            {
                microseconds = (microseconds * 10) + (text[digits] - '0');
            }

            digits++;
        }

        for (var i = digits; i < 6; i++)
        {
            microseconds *= 10;
        }

        used += 1 + digits;
        ticks += microseconds * TimeSpan.TicksPerMicrosecond;
        return digits is > 0 and <= 9;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length == 0 || (text.Length == 1 && text[0] is (byte)'Z' or (byte)'z'))
        {
            return true;
        }

        var minutes = 0;
        var separated = text.Length == 6 && text[3] == ':';
        if (text[0] is not ((byte)'+' or (byte)'-') || !(text.Length is 3 or 5 || separated) || !TryDigits(text[1..3], out var hours)
            || (text.Length > 3 && !TryDigits(text[^2..], out minutes)) || hours > 18 || minutes > 59)
        {
            return false;
        }

        ticks = (hours * TimeSpan.TicksPerHour) + (minutes * TimeSpan.TicksPerMinute);
        ticks = text[0] == '-' ? -ticks : ticks;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }

    /// <summary>A minus at most, then a digit or point, and no zero before another digit.</summary>
    private static bool HasPlainStart(ReadOnlySpan<byte> text)
    {
        var digits = text.Length > 0 && text[0] == '-' ? text[1..] : text;
        return digits.Length > 0 && (char.IsAsciiDigit((char)digits[0]) || digits[0] == '.') && !(digits[0] == '0' && digits.Length > 1 && char.IsAsciiDigit((char)digits[1]));
    }

    private static bool TrySpecial(ReadOnlySpan<byte> text, out double value)
    {
        var negative = text.Length > 0 && text[0] == '-';
        var name = negative ? text[1..] : text;
        value = Ascii.EqualsIgnoreCase(name, "inf"u8) || Ascii.EqualsIgnoreCase(name, "infinity"u8)
            ? negative ? double.NegativeInfinity : double.PositiveInfinity
            : double.NaN;
        return double.IsInfinity(value) || (!negative && Ascii.EqualsIgnoreCase(name, "nan"u8));
    }

    private static bool Assign(long whole, out double value)
    {
        value = whole;
        return true;
    }
}
