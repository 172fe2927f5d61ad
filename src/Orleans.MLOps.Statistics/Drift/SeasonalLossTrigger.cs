namespace Orleans.MLOps.Statistics.Drift;

/// <summary>
/// Says when a model's loss has left what is normal for the hour of the week. Losses are fed in the order in which their labels were
/// committed; residuals against <see cref="SeasonalLossReference"/> are summed by event day (UTC), and a day closed by the watermark
/// becomes one value of a <see cref="DailyBlockCusum"/>. The same calls give the same answers on any machine, and a restored
/// checkpoint goes on as if never interrupted. Feeding allocates only for a day's first row. Not thread-safe.
/// </summary>
public sealed class SeasonalLossTrigger
{
    private readonly SortedDictionary<int, OpenDay> _open = [];
    private DailyBlockCusum _cusum;

    /// <summary>A trigger that has seen nothing.</summary>
    /// <exception cref="ArgumentException">The reference has fewer than two days to judge by.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option outside its range.</exception>
    public SeasonalLossTrigger(SeasonalLossReference reference, SeasonalLossTriggerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reference);
        Reference = reference;
        Options = options ?? new SeasonalLossTriggerOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.MinimumLabels, 1);
        if (!reference.CanJudgeDays)
            throw new ArgumentException($"The reference has {reference.DayCount} days with enough rows; at least two are needed to judge a day.", nameof(reference));
        _cusum = new DailyBlockCusum(reference.DailyMean, reference.DailyStandardDeviation, Options.Side, Options.Slack, Options.Threshold);
    }

    /// <summary>What is normal.</summary>
    public SeasonalLossReference Reference { get; }

    /// <summary>The settings.</summary>
    public SeasonalLossTriggerOptions Options { get; }

    /// <summary>The CUSUM after the last closed day, in standard deviations.</summary>
    public double Statistic => _cusum.Statistic;

    /// <summary>Losses taken into a day.</summary>
    public long RowCount { get; private set; }

    /// <summary>Losses that came after their day was closed; they change nothing else.</summary>
    public long LateCount { get; private set; }

    /// <summary>Losses skipped: not finite, or beyond 1e100.</summary>
    public long NonFiniteCount { get; private set; }

    /// <summary>Closed days that went into the CUSUM.</summary>
    public long JudgedDays => _cusum.BlockCount;

    /// <summary>Closed days with fewer than <see cref="SeasonalLossTriggerOptions.MinimumLabels"/> labels, those without any not counted.</summary>
    public long SkippedDays { get; private set; }

    /// <summary>Days on which it fired.</summary>
    public long DetectionCount => _cusum.DetectionCount;

    /// <summary>Days with rows that are not closed yet.</summary>
    public int OpenDays => _open.Count;

    /// <summary>The first day that is still open; null before the first <see cref="Advance"/>.</summary>
    public DateOnly? FirstOpenDay => FirstOpen == 0 ? null : DateOnly.FromDayNumber(FirstOpen);

    private int FirstOpen { get; set; }

    /// <summary>Takes the loss of a prediction made at <paramref name="eventTime"/>; true when its day was still open.</summary>
    public bool Add(DateTimeOffset eventTime, double loss)
    {
        if (!StreamValue.IsUsable(loss))
        {
            NonFiniteCount++;
            return false;
        }
        var (number, hour) = HourOfWeek.Of(eventTime);
        if (number < FirstOpen)
        {
            LateCount++;
            return false;
        }
        if (!_open.TryGetValue(number, out var day))
            _open.Add(number, day = new OpenDay());
        day.Count++;
        day.Loss += loss;
        day.Residual += loss - Reference.Expected(number, hour);
        RowCount++;
        return true;
    }

    /// <summary>
    /// Closes every day that ended at or before <paramref name="watermark"/> and returns those that had rows, oldest first. A watermark that
    /// goes back changes nothing.
    /// </summary>
    public IReadOnlyList<ClosedDay> Advance(DateTimeOffset watermark)
    {
        var firstOpen = HourOfWeek.Of(watermark).Day;
        if (firstOpen <= FirstOpen)
            return [];
        FirstOpen = firstOpen;
        var closed = new List<ClosedDay>();
        foreach (var (number, day) in _open)
        {
            if (number >= firstOpen)
                break;
            closed.Add(Close(number, day));
        }
        foreach (var day in closed)
            _open.Remove(day.Day.DayNumber);
        return closed;
    }

    /// <summary>Writes reference, settings and state.</summary>
    public void Write(BinaryWriter writer)
    {
        StateFormat.WriteHeader(writer, StateKind.SeasonalLossTrigger);
        Reference.Write(writer);
        StateFormat.WriteCount(writer, Options.MinimumLabels);
        _cusum.Write(writer);
        StateFormat.WriteCount(writer, RowCount);
        StateFormat.WriteCount(writer, LateCount);
        StateFormat.WriteCount(writer, NonFiniteCount);
        StateFormat.WriteCount(writer, SkippedDays);
        StateFormat.WriteCount(writer, FirstOpen);
        StateFormat.WriteCount(writer, _open.Count);
        foreach (var (number, day) in _open)
        {
            StateFormat.WriteCount(writer, number);
            StateFormat.WriteCount(writer, day.Count);
            writer.Write(day.Loss);
            writer.Write(day.Residual);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Another kind of state, an unknown version, or an impossible value.</exception>
    public static SeasonalLossTrigger Read(BinaryReader reader)
    {
        StateFormat.ReadHeader(reader, StateKind.SeasonalLossTrigger);
        var reference = SeasonalLossReference.Read(reader);
        StateFormat.Require(reference.CanJudgeDays, "Days of the reference", reference.DayCount, "at least 2");
        var minimumLabels = StateFormat.ReadInt(reader, "Fewest labels", 1, int.MaxValue);
        var cusum = DailyBlockCusum.Read(reader);
        StateFormat.Require(
            cusum.ReferenceMean == reference.DailyMean && cusum.ReferenceStandardDeviation == reference.DailyStandardDeviation,
            "Mean and deviation of the CUSUM",
            $"{cusum.ReferenceMean}, {cusum.ReferenceStandardDeviation}",
            "those of the reference");
        var trigger = new SeasonalLossTrigger(reference, new SeasonalLossTriggerOptions
        {
            MinimumLabels = minimumLabels,
            Side = cusum.Side,
            Slack = cusum.Slack,
            Threshold = cusum.Threshold,
        })
        {
            _cusum = cusum,
            RowCount = StateFormat.ReadCount(reader, "Rows"),
            LateCount = StateFormat.ReadCount(reader, "Late rows"),
            NonFiniteCount = StateFormat.ReadCount(reader, "Non-finite losses"),
            SkippedDays = StateFormat.ReadCount(reader, "Skipped days"),
            FirstOpen = StateFormat.ReadInt(reader, "First open day", 0, DateOnly.MaxValue.DayNumber),
        };
        var next = trigger.FirstOpen;
        for (var left = StateFormat.ReadInt(reader, "Open days", 0, DateOnly.MaxValue.DayNumber + 1); left > 0; left--)
        {
            var number = StateFormat.ReadInt(reader, "Open day", next, DateOnly.MaxValue.DayNumber);
            trigger._open.Add(number, new OpenDay
            {
                Count = StateFormat.ReadCount(reader, "Rows of the day", 1),
                Loss = StateFormat.ReadFinite(reader, "Loss of the day"),
                Residual = StateFormat.ReadFinite(reader, "Residual of the day"),
            });
            next = number + 1;
        }
        return trigger;
    }

    private ClosedDay Close(int number, OpenDay day)
    {
        var residual = day.Residual / day.Count;
        var skipped = day.Count < Options.MinimumLabels;
        if (skipped)
            SkippedDays++;
        return new ClosedDay
        {
            Day = DateOnly.FromDayNumber(number),
            Count = day.Count,
            MeanLoss = day.Loss / day.Count,
            MeanResidual = residual,
            Fired = !skipped && _cusum.Update(residual),
            Skipped = skipped,
            Statistic = _cusum.Statistic,
        };
    }

    private sealed class OpenDay
    {
        public long Count { get; set; }

        public double Loss { get; set; }

        public double Residual { get; set; }
    }
}
