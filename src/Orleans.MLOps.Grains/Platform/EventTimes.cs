using System.Globalization;

namespace Orleans.MLOps.Grains.Platform;

/// <summary>What an instant given by a caller may be.</summary>
internal static class EventTimes
{
    /// <summary>How far an instant may lie ahead of the clock: one far ahead would empty every sliding window that it reaches.</summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromDays(1);

    /// <exception cref="InvalidInputException">The instant lies further ahead, or before 1970, where times that were never set lie.</exception>
    public static void RequireInRange(DateTimeOffset instant, DateTimeOffset now, string field)
    {
        if (instant < DateTimeOffset.UnixEpoch)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{field} {instant:O} is before 1970-01-01."), field);
        }

        RequireNotAhead(instant, now, field);
    }

    /// <exception cref="InvalidInputException">The instant lies further ahead.</exception>
    public static void RequireNotAhead(DateTimeOffset instant, DateTimeOffset now, string field)
    {
        if (instant - now > MostAhead)
        {
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture, $"{field} {instant:O} is more than {MostAhead.TotalHours:f0} hours ahead of the clock, which shows {now:O}."), field);
        }
    }
}
