using Orleans.MLOps.Features;

namespace Orleans.MLOps.Grains.Features;

/// <summary>
/// Evaluates declared windows incrementally: at instant t a window holds the values of its key that became available in the closed
/// interval [t - Length, t], just as <see cref="WindowSql"/> evaluates it over history. Instants are UTC microseconds. Memory is bounded by
/// the longest window plus <see cref="Slack"/>; what became available earlier than that before the newest observation is
/// forgotten and ignored when it comes late. An empty key is a missing one: it holds nothing. Not thread-safe.
/// </summary>
internal sealed class OnlineWindows
{
    /// <summary>How far behind the newest observation an instant may lie and still be evaluated exactly.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    private const byte FormatVersion = 1;
    private const int SweepEvery = 4096;

    private readonly Dictionary<string, KeySeries> _series = new(StringComparer.Ordinal);
    private readonly WindowAggregate[] _aggregates;
    private readonly long[] _lengths;
    private int _sinceSweep;

    /// <summary>For the windows in their declared order.</summary>
    /// <exception cref="ArgumentException">No window, or a length that is not positive.</exception>
    public OnlineWindows(IReadOnlyList<WindowFeature> windows)
    {
        if (windows.Count == 0 || windows.Any(window => window.Length <= TimeSpan.Zero))
        {
            throw new ArgumentException($"{windows.Count} windows were given; at least one is needed and each must be longer than zero.", nameof(windows));
        }

        _aggregates = windows.Select(window => window.Aggregate).ToArray();
        _lengths = windows.Select(window => window.Length.Ticks / TimeSpan.TicksPerMicrosecond).ToArray();
        Retention = _lengths.Max() + (Slack.Ticks / TimeSpan.TicksPerMicrosecond);
    }

    /// <summary>Windows, and so values of one evaluation.</summary>
    public int Count => _lengths.Length;

    /// <summary>Microseconds before the newest observation that are kept.</summary>
    public long Retention { get; }

    /// <summary>Availability of the newest observation; <see cref="long.MinValue"/> before the first.</summary>
    public long Newest { get; private set; } = long.MinValue;

    /// <summary>Observations in memory.</summary>
    public long Observations => _series.Values.Sum(series => (long)series.Count);

    /// <summary>Takes a value in; observations may come out of order.</summary>
    /// <returns>False when it was ignored: the key is missing, or it is older than everything that is kept.</returns>
    /// <exception cref="ArgumentException">The value is NaN or infinite.</exception>
    public bool Observe(string key, double value, long availableAt)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentException($"The observation of '{key}' is {value}; finite numbers are allowed.", nameof(value));
        }

        if (key.Length == 0 || (Newest != long.MinValue && availableAt < Newest - Retention))
        {
            return false;
        }

        Newest = Math.Max(Newest, availableAt);
        if (!_series.TryGetValue(key, out var series))
        {
            _series.Add(key, series = new KeySeries());
        }

        series.Insert(availableAt, value);
        series.DropBefore(Newest - Retention);
        if (++_sinceSweep >= SweepEvery + _series.Count)
        {
            Sweep();
        }

        return true;
    }

    /// <summary>Writes one value per window; NaN is a missing mean.</summary>
    public void Evaluate(string key, long at, Span<double> values)
    {
        _series.TryGetValue(key, out var series);
        for (var i = 0; i < _lengths.Length; i++)
        {
            var (count, sum) = series?.Between(at - _lengths[i], at) ?? (0, 0);
            values[i] = _aggregates[i] switch
            {
                WindowAggregate.Mean => count == 0 ? double.NaN : sum / count,
                WindowAggregate.Sum => sum,
                _ => count,
            };
        }
    }

    /// <summary>Writes the observations: the same bytes for the same content.</summary>
    public void Write(BinaryWriter writer)
    {
        Sweep();
        writer.Write(FormatVersion);
        writer.Write(Retention);
        writer.Write(Newest);
        writer.Write7BitEncodedInt(_series.Count);
        foreach (var (key, series) in _series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.Write(key);
            writer.Write7BitEncodedInt(series.Count);
            var previous = 0L;
            for (var i = 0; i < series.Count; i++)
            {
                writer.Write7BitEncodedInt64(series.Times[i] - previous);
                writer.Write(series.Value(i));
                previous = series.Times[i];
            }
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote; the windows may differ but must not look further back.</summary>
    /// <exception cref="InvalidDataException">Another format, or the stored observations do not reach back far enough.</exception>
    public static OnlineWindows Read(BinaryReader reader, IReadOnlyList<WindowFeature> windows)
    {
        var version = reader.ReadByte();
        if (version != FormatVersion)
        {
            throw new InvalidDataException($"Online windows have format {version}; format {FormatVersion} can be read.");
        }

        var result = new OnlineWindows(windows);
        var retention = reader.ReadInt64();
        if (retention < result.Retention)
        {
            throw new InvalidDataException($"Online windows hold {retention} microseconds of observations; these windows need {result.Retention}.");
        }

        var newest = reader.ReadInt64();
        for (var keys = reader.Read7BitEncodedInt(); keys > 0; keys--)
        {
            var series = new KeySeries();
            result._series.Add(reader.ReadString(), series);
            var time = 0L;
            for (var count = reader.Read7BitEncodedInt(); count > 0; count--)
            {
                time += reader.Read7BitEncodedInt64();
                series.Insert(time, reader.ReadDouble());
            }
        }

        result.Newest = newest;
        result.Sweep();
        return result;
    }

    private void Sweep()
    {
        _sinceSweep = 0;
        if (Newest == long.MinValue)
        {
            return;
        }

        foreach (var (key, series) in _series)
        {
            series.DropBefore(Newest - Retention);
            if (series.Count == 0)
            {
                _series.Remove(key);
            }
        }
    }
}
