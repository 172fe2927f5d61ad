namespace Orleans.MLOps.Statistics.Drift;

/// <summary>
/// What loss to expect of a model at each hour of the week (UTC), and how much the mean residual of a day varies while all is well.
/// Immutable; made by <see cref="SeasonalLossReferenceBuilder"/>.
/// </summary>
public sealed class SeasonalLossReference
{
    /// <summary>Weight of the wider mean unless given: 50 rows.</summary>
    public const double DefaultPseudoCount = 50;

    /// <summary>Rows that make a day count unless given: 100.</summary>
    public const int DefaultMinimumLabels = 100;

    /// <summary>The smallest standard deviation of daily residuals that is believed: 0.000001.</summary>
    public const double StandardDeviationFloor = 1e-6;

    private readonly double[] _expected;

    private SeasonalLossReference(double[] expected) => _expected = expected;

    /// <summary>Mean loss over all rows.</summary>
    public double OverallMean { get; private init; }

    /// <summary>Rows behind the reference.</summary>
    public long RowCount { get; private init; }

    /// <summary>Days behind the two daily figures.</summary>
    public int DayCount { get; private init; }

    /// <summary>Mean of the daily mean residuals (each against the other days); 0 without days.</summary>
    public double DailyMean { get; private init; }

    /// <summary>Standard deviation (divisor n - 1) of the daily mean residuals, at least <see cref="StandardDeviationFloor"/>; NaN below two days.</summary>
    public double DailyStandardDeviation { get; private init; }

    /// <summary>Whether there were days enough (two) to judge other days by.</summary>
    public bool CanJudgeDays => DayCount >= 2;

    /// <summary>The expected loss for a prediction made at <paramref name="eventTime"/>.</summary>
    public double Expected(DateTimeOffset eventTime)
    {
        var (day, hour) = HourOfWeek.Of(eventTime);
        return Expected(day, hour);
    }

    /// <summary>Makes a reference from rows; see <see cref="SeasonalLossReferenceBuilder.Build"/>.</summary>
    /// <exception cref="InvalidOperationException">There is no row with a finite loss.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument outside its range.</exception>
    public static SeasonalLossReference FromRows(
        IEnumerable<(DateTimeOffset EventTime, double Loss)> rows,
        double pseudoCount = DefaultPseudoCount,
        int minimumLabels = DefaultMinimumLabels)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var builder = new SeasonalLossReferenceBuilder();
        foreach (var (eventTime, loss) in rows)
            builder.Add(eventTime, loss);
        return builder.Build(pseudoCount, minimumLabels);
    }

    /// <summary>Writes the reference.</summary>
    public void Write(BinaryWriter writer)
    {
        StateFormat.WriteHeader(writer, StateKind.SeasonalLossReference);
        foreach (var loss in _expected)
            writer.Write(loss);
        writer.Write(OverallMean);
        StateFormat.WriteCount(writer, RowCount);
        StateFormat.WriteCount(writer, DayCount);
        writer.Write(DailyMean);
        writer.Write(DailyStandardDeviation);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Another kind of state, an unknown version, or an impossible value.</exception>
    public static SeasonalLossReference Read(BinaryReader reader)
    {
        StateFormat.ReadHeader(reader, StateKind.SeasonalLossReference);
        var expected = new double[HourOfWeek.Cells];
        for (var cell = 0; cell < expected.Length; cell++)
            expected[cell] = StateFormat.ReadFinite(reader, "Expected loss");
        var overall = StateFormat.ReadFinite(reader, "Mean loss");
        var rows = StateFormat.ReadCount(reader, "Rows", 1);
        var days = StateFormat.ReadInt(reader, "Days", 0, DateOnly.MaxValue.DayNumber + 1);
        var mean = StateFormat.ReadFinite(reader, "Daily mean");
        var deviation = reader.ReadDouble();
        StateFormat.Require(
            days < 2 ? double.IsNaN(deviation) : double.IsFinite(deviation) && deviation >= StandardDeviationFloor,
            "Daily standard deviation",
            deviation,
            $"NaN below two days, otherwise finite and at least {StandardDeviationFloor}");
        return new SeasonalLossReference(expected)
        {
            OverallMean = overall,
            RowCount = rows,
            DayCount = days,
            DailyMean = mean,
            DailyStandardDeviation = deviation,
        };
    }

    internal double Expected(int day, int hour) => _expected[HourOfWeek.Cell(day, hour)];

    internal static SeasonalLossReference Create(LossTotals totals, long rows, List<double> residuals)
    {
        var expected = new double[HourOfWeek.Cells];
        for (var cell = 0; cell < expected.Length; cell++)
            expected[cell] = totals.Expected(cell);
        var mean = residuals.Count == 0 ? 0 : residuals.Average();
        return new SeasonalLossReference(expected)
        {
            OverallMean = totals.OverallMean,
            RowCount = rows,
            DayCount = residuals.Count,
            DailyMean = mean,
            DailyStandardDeviation = residuals.Count < 2
                ? double.NaN
                : Math.Max(StandardDeviationFloor, Math.Sqrt(residuals.Sum(r => (r - mean) * (r - mean)) / (residuals.Count - 1))),
        };
    }
}
