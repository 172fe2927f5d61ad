namespace Orleans.MLOps.Statistics.Drift;

/// <summary>The clock of the seasonal reference: everything in UTC.</summary>
internal static class HourOfWeek
{
    public const int Hours = 24;
    public const int Cells = 7 * Hours;

    public static (int Day, int Hour) Of(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        return (DateOnly.FromDateTime(utc).DayNumber, utc.Hour);
    }

    public static int Cell(int day, int hour) => (int)DateOnly.FromDayNumber(day).DayOfWeek * Hours + hour;
}
