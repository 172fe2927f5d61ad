namespace Orleans.MLOps.Statistics.Drift;

/// <summary>
/// The Page-Hinkley test (Page 1954, Hinkley 1971) for a change of the mean of a stream; rules and firing indexes are those of River 0.24.2:
/// cumulative deviations from the running mean, fading by alpha, tested (strictly) against the threshold on each side; everything starts
/// anew at the update after an alarm. The threshold is in units of the values. Non-finite values and those beyond 1e100 are counted and skipped, because
/// one would blind the test for ever. An update allocates nothing. Not thread-safe.
/// </summary>
public sealed class PageHinkley
{
    private const double InitialMaximum = -1;

    private long _count;
    private double _increase;
    private double _decrease;
    private double _minIncrease = double.PositiveInfinity;
    private double _maxDecrease = InitialMaximum;

    /// <summary>A test that has seen nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option outside its range.</exception>
    public PageHinkley(PageHinkleyOptions? options = null)
    {
        Options = options ?? new PageHinkleyOptions();
        Options.Validate();
    }

    /// <summary>The settings.</summary>
    public PageHinkleyOptions Options { get; }

    /// <summary>Whether the last update fired; the test starts anew at the next one.</summary>
    public bool DriftDetected { get; private set; }

    /// <summary>Mean of the values since the last start; 0 before the first.</summary>
    public double Mean { get; private set; }

    /// <summary>Finite values fed since the test was made.</summary>
    public long UpdateCount { get; private set; }

    /// <summary>Updates that fired since the test was made.</summary>
    public long DetectionCount { get; private set; }

    /// <summary>Values skipped since the test was made.</summary>
    public long SkippedCount { get; private set; }

    internal (double Increase, double MinIncrease, double Decrease, double MaxDecrease) Sums => (_increase, _minIncrease, _decrease, _maxDecrease);

    /// <summary>Feeds one value and says whether the mean has changed. A value that is not finite, or beyond 1e100, is skipped and gives false.</summary>
    public bool Update(double value)
    {
        if (!StreamValue.IsUsable(value))
        {
            SkippedCount++;
            return false;
        }
        if (DriftDetected)
            Reset();
        UpdateCount++;
        _count++;
        Mean += (value - Mean) / _count;
        var deviation = value - Mean;
        _increase = Options.Alpha * _increase + deviation - Options.Delta;
        _decrease = Options.Alpha * _decrease + deviation + Options.Delta;
        _minIncrease = Math.Min(_minIncrease, _increase);
        _maxDecrease = Math.Max(_maxDecrease, _decrease);
        if (_count < Options.MinInstances)
            return false;
        var up = _increase - _minIncrease > Options.Threshold;
        var down = _maxDecrease - _decrease > Options.Threshold;
        DriftDetected = Options.Mode switch
        {
            PageHinkleyMode.Up => up,
            PageHinkleyMode.Down => down,
            _ => up || down,
        };
        if (DriftDetected)
            DetectionCount++;
        return DriftDetected;
    }

    /// <summary>Starts anew; the counters of updates, detections and skipped values stay.</summary>
    public void Reset()
    {
        (_count, Mean, _increase, _decrease, DriftDetected) = (0, 0, 0, 0, false);
        (_minIncrease, _maxDecrease) = (double.PositiveInfinity, InitialMaximum);
    }

    /// <summary>Writes options and state.</summary>
    public void Write(BinaryWriter writer)
    {
        StateFormat.WriteHeader(writer, StateKind.PageHinkley);
        StateFormat.WriteCount(writer, Options.MinInstances);
        writer.Write(Options.Delta);
        writer.Write(Options.Threshold);
        writer.Write(Options.Alpha);
        writer.Write((byte)Options.Mode);
        StateFormat.WriteFlag(writer, DriftDetected);
        StateFormat.WriteCount(writer, UpdateCount);
        StateFormat.WriteCount(writer, DetectionCount);
        StateFormat.WriteCount(writer, SkippedCount);
        StateFormat.WriteCount(writer, _count);
        writer.Write(Mean);
        writer.Write(_increase);
        writer.Write(_minIncrease);
        writer.Write(_decrease);
        writer.Write(_maxDecrease);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; the test goes on as if never interrupted.</summary>
    /// <exception cref="InvalidDataException">Another kind of state, an unknown version, or an impossible value.</exception>
    public static PageHinkley Read(BinaryReader reader)
    {
        StateFormat.ReadHeader(reader, StateKind.PageHinkley);
        var test = new PageHinkley(new PageHinkleyOptions
        {
            MinInstances = StateFormat.ReadInt(reader, "Fewest values", 1, int.MaxValue),
            Delta = StateFormat.ReadFinite(reader, "Delta"),
            Threshold = StateFormat.ReadFinite(reader, "Threshold", double.Epsilon),
            Alpha = StateFormat.ReadFinite(reader, "Alpha", double.Epsilon, 1),
            Mode = (PageHinkleyMode)StateFormat.ReadInt(reader, "Mode", 0, 2),
        });
        test.DriftDetected = StateFormat.ReadFlag(reader, "Drift flag");
        test.UpdateCount = StateFormat.ReadCount(reader, "Updates");
        test.DetectionCount = StateFormat.ReadCount(reader, "Detections", 0, test.UpdateCount);
        test.SkippedCount = StateFormat.ReadCount(reader, "Skipped values");
        test._count = StateFormat.ReadCount(reader, "Values since the start", 0, test.UpdateCount);
        test.Mean = StateFormat.ReadFinite(reader, "Mean");
        test._increase = StateFormat.ReadFinite(reader, "Increase");
        test._minIncrease = StateFormat.ReadFinite(reader, "Least increase", max: test._count == 0 ? double.PositiveInfinity : double.MaxValue);
        test._decrease = StateFormat.ReadFinite(reader, "Decrease");
        test._maxDecrease = StateFormat.ReadFinite(reader, "Greatest decrease");
        return test;
    }
}
