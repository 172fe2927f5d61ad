namespace Orleans.MLOps.Statistics.Drift;

/// <summary>
/// ADWIN (Bifet and Gavaldà, SDM 2007): an adaptive window over a stream whose mean is watched; exponential histogram of buckets, cut
/// where two parts of the window differ in mean by more than a bound. The rules, and so the indexes at which it fires, are those of
/// River 0.24.2: every bucket border but the newest is tried, both directions fire, and after an alarm the whole window is
/// discarded at the next update (MOA keeps the shrunk window and fires on rises only). The bound is not free of scale: feed values scaled to [0, 1],
/// such as errors, or standardised ones. Non-finite values and those beyond 1e100 are counted and skipped, because one would blind the detector for ever.
/// An update allocates nothing once the rows exist (one for each doubling of the window). Not thread-safe.
/// </summary>
public sealed class Adwin
{
    private const int MaximumRows = 62;

    private readonly int _stride;
    private double[] _totals;
    private double[] _squares;
    private int[] _used;
    private int _rows = 1;
    private int _tick;
    private double _total;

    /// <summary>A detector with an empty window.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option outside its range.</exception>
    public Adwin(AdwinOptions? options = null)
    {
        Options = options ?? new AdwinOptions();
        Options.Validate();
        _stride = Options.MaxBuckets + 1;
        _totals = new double[16 * _stride];
        _squares = new double[16 * _stride];
        _used = new int[16];
    }

    /// <summary>The settings.</summary>
    public AdwinOptions Options { get; }

    /// <summary>Whether the last update fired; the window is discarded at the next one.</summary>
    public bool DriftDetected { get; private set; }

    /// <summary>Values in the window.</summary>
    public long Width { get; private set; }

    /// <summary>Mean of the window; 0 while empty.</summary>
    public double Estimation => Width == 0 ? 0 : _total / Width;

    /// <summary>Sum of squared deviations from the mean of the window (River's <c>variance</c> is this, not divided).</summary>
    public double SumOfSquaredDeviations { get; private set; }

    /// <summary>Finite values fed since the detector was made.</summary>
    public long UpdateCount { get; private set; }

    /// <summary>Updates that fired since the detector was made.</summary>
    public long DetectionCount { get; private set; }

    /// <summary>Values skipped since the detector was made.</summary>
    public long SkippedCount { get; private set; }

    internal double Total => _total;

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
        Insert(value);
        if (++_tick == Options.Clock)
        {
            _tick = 0;
            if (Width > Options.GracePeriod)
                Shrink();
        }
        if (DriftDetected)
            DetectionCount++;
        return DriftDetected;
    }

    /// <summary>Discards the window; the counters of updates, detections and skipped values stay.</summary>
    public void Reset()
    {
        Array.Clear(_used, 0, _rows);
        (_rows, _tick, Width, _total, SumOfSquaredDeviations, DriftDetected) = (1, 0, 0, 0, 0, false);
    }

    /// <summary>Writes options and state.</summary>
    public void Write(BinaryWriter writer)
    {
        StateFormat.WriteHeader(writer, StateKind.Adwin);
        writer.Write(Options.Delta);
        StateFormat.WriteCount(writer, Options.Clock);
        StateFormat.WriteCount(writer, Options.MaxBuckets);
        StateFormat.WriteCount(writer, Options.MinWindowLength);
        StateFormat.WriteCount(writer, Options.GracePeriod);
        StateFormat.WriteFlag(writer, DriftDetected);
        StateFormat.WriteCount(writer, UpdateCount);
        StateFormat.WriteCount(writer, DetectionCount);
        StateFormat.WriteCount(writer, SkippedCount);
        StateFormat.WriteCount(writer, _tick);
        writer.Write(_total);
        writer.Write(SumOfSquaredDeviations);
        StateFormat.WriteCount(writer, _rows);
        for (var row = 0; row < _rows; row++)
        {
            StateFormat.WriteCount(writer, _used[row]);
            for (var i = 0; i < _used[row]; i++)
            {
                writer.Write(_totals[row * _stride + i]);
                writer.Write(_squares[row * _stride + i]);
            }
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote; the detector goes on as if never interrupted.</summary>
    /// <exception cref="InvalidDataException">Another kind of state, an unknown version, or an impossible value.</exception>
    public static Adwin Read(BinaryReader reader)
    {
        StateFormat.ReadHeader(reader, StateKind.Adwin);
        var adwin = new Adwin(new AdwinOptions
        {
            Delta = StateFormat.ReadFinite(reader, "Delta", double.Epsilon, Math.BitDecrement(1.0)),
            Clock = StateFormat.ReadInt(reader, "Clock", 1, int.MaxValue),
            MaxBuckets = StateFormat.ReadInt(reader, "Most buckets", 1, 1000),
            MinWindowLength = StateFormat.ReadInt(reader, "Shortest window", 1, int.MaxValue),
            GracePeriod = StateFormat.ReadInt(reader, "Grace period", 0, int.MaxValue),
        });
        adwin.DriftDetected = StateFormat.ReadFlag(reader, "Drift flag");
        adwin.UpdateCount = StateFormat.ReadCount(reader, "Updates");
        adwin.DetectionCount = StateFormat.ReadCount(reader, "Detections", 0, adwin.UpdateCount);
        adwin.SkippedCount = StateFormat.ReadCount(reader, "Skipped values");
        adwin._tick = StateFormat.ReadInt(reader, "Clock position", 0, adwin.Options.Clock - 1);
        adwin._total = StateFormat.ReadFinite(reader, "Window total");
        adwin.SumOfSquaredDeviations = StateFormat.ReadFinite(reader, "Window deviations");
        adwin._rows = StateFormat.ReadInt(reader, "Rows", 1, MaximumRows);
        adwin.EnsureRows(adwin._rows);
        for (var row = 0; row < adwin._rows; row++)
        {
            adwin._used[row] = StateFormat.ReadInt(reader, "Buckets", 0, adwin.Options.MaxBuckets);
            adwin.Width = StateFormat.AddCounts(adwin.Width, (long)adwin._used[row] << row, "Window width");
            for (var i = 0; i < adwin._used[row]; i++)
            {
                adwin._totals[row * adwin._stride + i] = StateFormat.ReadFinite(reader, "Bucket total");
                adwin._squares[row * adwin._stride + i] = StateFormat.ReadFinite(reader, "Bucket deviations", 0);
            }
        }
        StateFormat.Require(adwin.Width <= adwin.UpdateCount, "Window width", adwin.Width, $"at most the {adwin.UpdateCount} updates");
        return adwin;
    }

    private void Insert(double value)
    {
        var before = Width;
        Width++;
        if (before > 0)
        {
            var deviation = value - _total / before;
            SumOfSquaredDeviations += before * deviation * deviation / Width;
        }
        _total += value;
        Append(0, value, 0);
        for (var row = 0; _used[row] > Options.MaxBuckets; row++)
            MergeOldestPair(row);
    }

    private void MergeOldestPair(int row)
    {
        var first = row * _stride;
        var size = (double)(1L << row);
        var (left, right) = (_totals[first], _totals[first + 1]);
        var difference = left / size - right / size;
        var squares = _squares[first] + _squares[first + 1] + size * size * difference * difference / (size + size);
        RemoveOldest(row, 2);
        if (row + 1 == _rows)
        {
            EnsureRows(row + 2);
            _rows++;
        }
        Append(row + 1, left + right, squares);
    }

    private void Append(int row, double total, double squares)
    {
        var at = row * _stride + _used[row]++;
        _totals[at] = total;
        _squares[at] = squares;
    }

    private void RemoveOldest(int row, int count)
    {
        var first = row * _stride;
        var left = _used[row] -= count;
        for (var i = first; i < first + left; i++)
        {
            _totals[i] = _totals[i + count];
            _squares[i] = _squares[i + count];
        }
    }

    private void Shrink()
    {
        while (HasCut())
        {
            DriftDetected = true;
            DropOldestBucket();
        }
    }

    /// <summary>Tries the borders between buckets from the oldest to the newest.</summary>
    private bool HasCut()
    {
        var shortest = (double)Options.MinWindowLength;
        double width = Width;
        var logTerm = Math.Log(2 * Math.Log(width) / Options.Delta);
        var variance = SumOfSquaredDeviations / width;
        double oldCount = 0, oldTotal = 0, newCount = width, newTotal = _total;
        for (var row = _rows - 1; row >= 0; row--)
        {
            double size = 1L << row;
            for (var i = 0; i < _used[row]; i++)
            {
                if (row == 0 && i == _used[0] - 1)
                    return false;
                var bucket = _totals[row * _stride + i];
                oldCount += size;
                newCount -= size;
                oldTotal += bucket;
                newTotal -= bucket;
                if (newCount < shortest)
                    return false;
                if (oldCount < shortest)
                    continue;
                var reciprocal = 1 / (oldCount - shortest + 1) + 1 / (newCount - shortest + 1);
                var bound = Math.Sqrt(2 * reciprocal * variance * logTerm) + 2.0 / 3 * logTerm * reciprocal;
                if (Math.Abs(oldTotal / oldCount - newTotal / newCount) > bound)
                    return true;
            }
        }
        return false;
    }

    private void DropOldestBucket()
    {
        var row = _rows - 1;
        var size = 1L << row;
        var total = _totals[row * _stride];
        Width -= size;
        _total -= total;
        var difference = total / size - _total / Width;
        SumOfSquaredDeviations -= _squares[row * _stride] + size * (double)Width * difference * difference / (size + Width);
        RemoveOldest(row, 1);
        while (_rows > 1 && _used[_rows - 1] == 0)
            _rows--;
    }

    private void EnsureRows(int rows)
    {
        if (rows <= _used.Length)
            return;
        Array.Resize(ref _used, rows * 2);
        Array.Resize(ref _totals, rows * 2 * _stride);
        Array.Resize(ref _squares, rows * 2 * _stride);
    }
}
