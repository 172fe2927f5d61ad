namespace Orleans.MLOps.Statistics.Drift;

/// <summary>
/// Collects losses by event day and hour (UTC) and makes a <see cref="SeasonalLossReference"/> of them. Mergeable (sums up to
/// rounding); takes 400 bytes a day, however many rows. Losses that are not finite, or beyond 1e100, are counted and skipped. Not thread-safe.
/// </summary>
public sealed class SeasonalLossReferenceBuilder
{
    private readonly SortedDictionary<int, Day> _days = [];

    /// <summary>Losses added.</summary>
    public long RowCount { get; private set; }

    /// <summary>Losses skipped: not finite, or beyond 1e100.</summary>
    public long SkippedCount { get; private set; }

    /// <summary>Event days with at least one row.</summary>
    public int DayCount => _days.Count;

    /// <summary>Adds the loss of one prediction made at <paramref name="eventTime"/>.</summary>
    public void Add(DateTimeOffset eventTime, double loss)
    {
        if (!StreamValue.IsUsable(loss))
        {
            SkippedCount++;
            return;
        }
        var (number, hour) = HourOfWeek.Of(eventTime);
        var day = DayOf(number);
        day.Sums[hour] += loss;
        day.Counts[hour]++;
        RowCount++;
    }

    /// <summary>Adds what <paramref name="other"/> has collected; it stays as it is.</summary>
    public void MergeFrom(SeasonalLossReferenceBuilder other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (number, theirs) in other._days)
        {
            var day = DayOf(number);
            for (var hour = 0; hour < HourOfWeek.Hours; hour++)
            {
                day.Sums[hour] += theirs.Sums[hour];
                day.Counts[hour] += theirs.Counts[hour];
            }
        }
        RowCount += other.RowCount;
        SkippedCount += other.SkippedCount;
    }

    /// <summary>
    /// Makes the reference. The expected loss of an hour of the week is the mean of its rows, shrunk towards the mean of its hour of the day,
    /// itself shrunk towards the overall mean, each with the weight of <paramref name="pseudoCount"/> rows. The residual of a day is taken
    /// against expectations from all other days (leave one day out): against its own rows it would look smaller than that of any later day.
    /// </summary>
    /// <param name="pseudoCount">Weight of the wider mean, in rows; finite, at least 0.</param>
    /// <param name="minimumLabels">Rows that a day needs for its residual to count, at least 1.</param>
    /// <exception cref="InvalidOperationException">No row was added.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument outside its range.</exception>
    public SeasonalLossReference Build(double pseudoCount = SeasonalLossReference.DefaultPseudoCount, int minimumLabels = SeasonalLossReference.DefaultMinimumLabels)
    {
        if (!(pseudoCount >= 0 && double.IsFinite(pseudoCount)))
            throw new ArgumentOutOfRangeException(nameof(pseudoCount), pseudoCount, "The pseudo-count must be finite and at least 0.");
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumLabels, 1);
        if (RowCount == 0)
            throw new InvalidOperationException("A seasonal reference needs at least one row with a finite loss; none was added.");

        var totals = new LossTotals(pseudoCount);
        foreach (var (number, day) in _days)
            totals.Add(number, day.Sums, day.Counts, 1);

        var residuals = new List<double>();
        foreach (var (number, day) in _days)
        {
            var rows = day.Counts.Sum();
            if (rows < minimumLabels || rows == RowCount)
                continue;
            totals.Add(number, day.Sums, day.Counts, -1);
            double residual = 0;
            for (var hour = 0; hour < HourOfWeek.Hours; hour++)
            {
                if (day.Counts[hour] > 0)
                    residual += day.Sums[hour] - day.Counts[hour] * totals.Expected(HourOfWeek.Cell(number, hour));
            }
            totals.Add(number, day.Sums, day.Counts, 1);
            residuals.Add(residual / rows);
        }

        // A second pass from scratch: adding and taking away leaves rounding errors behind.
        totals = new LossTotals(pseudoCount);
        foreach (var (number, day) in _days)
            totals.Add(number, day.Sums, day.Counts, 1);
        return SeasonalLossReference.Create(totals, RowCount, residuals);
    }

    /// <summary>Writes the state.</summary>
    public void Write(BinaryWriter writer)
    {
        StateFormat.WriteHeader(writer, StateKind.SeasonalLossReferenceBuilder);
        StateFormat.WriteCount(writer, SkippedCount);
        StateFormat.WriteCount(writer, _days.Count);
        foreach (var (number, day) in _days)
        {
            StateFormat.WriteCount(writer, number);
            for (var hour = 0; hour < HourOfWeek.Hours; hour++)
            {
                StateFormat.WriteCount(writer, day.Counts[hour]);
                if (day.Counts[hour] > 0)
                    writer.Write(day.Sums[hour]);
            }
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Another kind of state, an unknown version, or an impossible value.</exception>
    public static SeasonalLossReferenceBuilder Read(BinaryReader reader)
    {
        StateFormat.ReadHeader(reader, StateKind.SeasonalLossReferenceBuilder);
        var builder = new SeasonalLossReferenceBuilder { SkippedCount = StateFormat.ReadCount(reader, "Skipped losses") };
        var previous = -1;
        for (var left = StateFormat.ReadInt(reader, "Days", 0, DateOnly.MaxValue.DayNumber + 1); left > 0; left--)
        {
            previous = StateFormat.ReadInt(reader, "Day", previous + 1, DateOnly.MaxValue.DayNumber);
            var day = builder.DayOf(previous);
            for (var hour = 0; hour < HourOfWeek.Hours; hour++)
            {
                day.Counts[hour] = StateFormat.ReadCount(reader, "Rows");
                builder.RowCount = StateFormat.AddCounts(builder.RowCount, day.Counts[hour], "Rows");
                if (day.Counts[hour] > 0)
                    day.Sums[hour] = StateFormat.ReadFinite(reader, "Sum of losses");
            }
        }
        return builder;
    }

    private Day DayOf(int number)
    {
        if (!_days.TryGetValue(number, out var day))
            _days.Add(number, day = new Day());
        return day;
    }

    private sealed class Day
    {
        public double[] Sums { get; } = new double[HourOfWeek.Hours];

        public long[] Counts { get; } = new long[HourOfWeek.Hours];
    }
}
