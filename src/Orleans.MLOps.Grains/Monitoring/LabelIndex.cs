using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>
/// Which predictions are known and how they were answered. Pure memory: rebuilt from the prediction log and the label log.
/// The oldest batches leave when more than <see cref="MaximumRows"/> predictions are held; labels for them count as unknown.
/// </summary>
internal sealed class LabelIndex
{
    public const int MaximumRows = 4_000_000;
    public const int MaximumParked = 100_000;

    /// <summary>
    /// Of recorders that have sealed nothing here, so many labels may wait: enough for those that overtake a first seal, too few for forged
    /// or foreign ids to take the place of others.
    /// </summary>
    public const int MaximumStrangers = 1_000;

    /// <summary>So many batches after the last sealed one of its recorder a label may wait for.</summary>
    public const int MaximumAhead = 1_000;

    private const byte Unlabelled = 2;
    private const long MicrosecondsAnHour = 3_600_000_000;

    /// <summary>A waiting label leaves when another is observed so much later: its prediction would have been sealed long since.</summary>
    private const long LongestWait = 7 * 24 * MicrosecondsAnHour;

    /// <summary>So much before its prediction an answer may be observed: the clocks of those who ask and those who answer differ.</summary>
    private const long ClockTolerance = 24 * MicrosecondsAnHour;

    private readonly Dictionary<(uint Recorder, long Sequence), Entry> _batches = [];
    private readonly Queue<(uint Recorder, long Sequence)> _order = new();
    private readonly Dictionary<uint, long> _lastSequence = [];
    private readonly KnownPlaces _known = new();
    private readonly NamedRequests _named = new();
    private readonly Dictionary<(uint Recorder, long Sequence), List<LabelRow>> _parked = [];
    private readonly Dictionary<uint, int> _strangers = [];
    private int _rows;
    private int _parkedRows;
    private int _strangerRows;
    private long _latest = long.MinValue;
    private long _nextExpiry = long.MinValue;

    /// <summary>Up to where each recorder's log is known.</summary>
    public IReadOnlyDictionary<uint, LogPlace> Places => _known.Places;

    /// <summary>How many labels waited in vain for their prediction.</summary>
    public long Expired { get; private set; }

    /// <summary>Adds sealed predictions and gives the labels that had waited for them, now as first answers.</summary>
    public LabelRow[] Register(PendingPredictions batch)
    {
        _known.Push(batch);
        return Hold(batch);
    }

    /// <summary>The same for the next batch of a prediction log that is read in order.</summary>
    public LabelRow[] Read(PendingPredictions batch)
    {
        _known.Read(batch);
        return Hold(batch);
    }

    private LabelRow[] Hold(PendingPredictions batch)
    {
        var key = (batch.Recorder, batch.Sequence);
        if (!_batches.TryAdd(key, new Entry(batch)))
        {
            return [];
        }

        _named.Add(batch);
        _order.Enqueue(key);
        _rows += batch.EventTimes.Length;
        if (_strangers.Remove(batch.Recorder, out var strangers))
        {
            _strangerRows -= strangers;
        }

        _lastSequence[batch.Recorder] = Math.Max(batch.Sequence, _lastSequence.GetValueOrDefault(batch.Recorder));
        while (_rows > MaximumRows && _order.Count > 1)
        {
            var oldest = _order.Dequeue();
            _rows -= _batches[oldest].Batch.EventTimes.Length;
            _named.Remove(_batches[oldest].Batch);
            _batches.Remove(oldest);
        }

        return Release(key);
    }

    /// <summary>Where a named request was recorded; null when no batch held here has it.</summary>
    public RecordedOperation? Find(Guid operation) => _named.Find(operation);

    /// <summary>Takes a row of the label log back into memory, after all batches of the prediction log.</summary>
    public void Restore(LabelRow row)
    {
        Observe(row.ObservedAt);
        if (row.Kind == LabelKind.Parked)
        {
            Park(row);
            return;
        }

        // A repetition without a version came while the label it repeats still waited; one with a version may have waited itself.
        if ((row.Kind == LabelKind.Repeated && row.Version == 0) || !_batches.TryGetValue((row.Recorder, row.Sequence), out var entry))
        {
            return;
        }

        Unpark(row);
        if (row.Kind != LabelKind.Unknown)
        {
            entry.Labels[row.Row] = row.Value;
        }
    }

    /// <summary>Ends a restore: joins the labels whose predictions were sealed although a crash kept the join from the log.</summary>
    public LabelRow[] ReleaseSealed() => [.. _parked.Keys.Where(_batches.ContainsKey).Order().ToList().SelectMany(Release)];

    /// <summary>Joins checked labels and remembers them.</summary>
    public LabelRow[] Join(LabelBatch batch)
    {
        var rows = new LabelRow[batch.PredictionIds.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var id = PredictionId.Parse(batch.PredictionIds[i]);
            var observedAt = TableValue.ToMicroseconds(batch.ObservedAt[i]);
            Observe(observedAt);
            rows[i] = Decide(id.Recorder, id.Sequence, id.Row, (byte)batch.Values[i], observedAt);
        }

        return rows;
    }

    /// <summary>The value that selects the windows of a known prediction; null without windows.</summary>
    public string? WindowKey(LabelRow row) =>
        _batches.TryGetValue((row.Recorder, row.Sequence), out var entry) ? entry.Batch.WindowKeys?[row.Row] : null;

    private LabelRow Decide(uint recorder, long sequence, int row, byte value, long observedAt)
    {
        var label = new LabelRow
        {
            Recorder = recorder,
            Sequence = sequence,
            Row = row,
            Kind = LabelKind.Unknown,
            Value = value,
            ObservedAt = observedAt,
            Version = 0,
            EventTime = 0,
            Probability = 0,
        };
        if (!_batches.TryGetValue((recorder, sequence), out var entry))
        {
            return MayStillCome(label) ? DecideEarly(label) : label;
        }

        if (row >= entry.Labels.Length || observedAt < entry.Batch.EventTimes[row] - ClockTolerance)
        {
            return label;
        }

        var before = entry.Labels[row];
        entry.Labels[row] = value;
        return label with
        {
            Kind = before == Unlabelled ? LabelKind.First : before == value ? LabelKind.Repeated : LabelKind.Correction,
            Version = entry.Batch.Versions[row],
            EventTime = entry.Batch.EventTimes[row],
            Probability = entry.Batch.Probabilities[row],
        };
    }

    private bool MayStillCome(LabelRow label)
    {
        if (label.ObservedAt < _latest - LongestWait)
        {
            return false;
        }

        var last = _lastSequence.GetValueOrDefault(label.Recorder);
        return (label.Sequence > last && label.Sequence <= last + MaximumAhead) || _parked.ContainsKey((label.Recorder, label.Sequence));
    }

    private LabelRow DecideEarly(LabelRow label)
    {
        if (_parked.TryGetValue((label.Recorder, label.Sequence), out var waiting)
            && waiting.FindLastIndex(other => other.Row == label.Row) is >= 0 and var latest
            && waiting[latest].Value == label.Value)
        {
            return label with { Kind = LabelKind.Repeated };
        }

        var room = _parkedRows < MaximumParked && (_lastSequence.ContainsKey(label.Recorder) || _strangerRows < MaximumStrangers);
        return room ? Park(label with { Kind = LabelKind.Parked }) : label;
    }

    /// <summary>Lets event time pass. It depends on nothing but the labels in their order, so a restore forgets what was forgotten before.</summary>
    private void Observe(long observedAt)
    {
        _latest = Math.Max(_latest, observedAt);
        if (_latest < _nextExpiry)
        {
            return;
        }

        _nextExpiry = _latest + MicrosecondsAnHour;
        foreach (var (key, waiting) in _parked)
        {
            var expired = waiting.RemoveAll(label => label.ObservedAt < _latest - LongestWait);
            Expired += expired;
            Leave(key, expired, waiting);
        }
    }

    private LabelRow Park(LabelRow label)
    {
        var key = (label.Recorder, label.Sequence);
        if (!_parked.TryGetValue(key, out var waiting))
        {
            _parked[key] = waiting = [];
        }

        waiting.Add(label);
        _parkedRows++;
        if (!_lastSequence.ContainsKey(label.Recorder))
        {
            _strangerRows++;
            _strangers[label.Recorder] = _strangers.GetValueOrDefault(label.Recorder) + 1;
        }

        return label;
    }

    /// <summary>Forgets a parked label that the log shows to have been joined.</summary>
    private void Unpark(LabelRow joined)
    {
        var key = (joined.Recorder, joined.Sequence);
        if (!_parked.TryGetValue(key, out var waiting)
            || waiting.FindIndex(label => label.Row == joined.Row && label.Value == joined.Value && label.ObservedAt == joined.ObservedAt) is not (>= 0 and var index))
        {
            return;
        }

        waiting.RemoveAt(index);
        Leave(key, 1, waiting);
    }

    private void Leave((uint Recorder, long Sequence) key, int rows, List<LabelRow> waiting)
    {
        _parkedRows -= rows;
        if (_strangers.TryGetValue(key.Recorder, out var strangers))
        {
            _strangerRows -= rows;
            _strangers[key.Recorder] = strangers - rows;
            if (strangers == rows)
            {
                _strangers.Remove(key.Recorder);
            }
        }

        if (waiting.Count == 0)
        {
            _parked.Remove(key);
        }
    }

    private LabelRow[] Release((uint Recorder, long Sequence) key)
    {
        if (!_parked.Remove(key, out var waiting))
        {
            return [];
        }

        _parkedRows -= waiting.Count;
        return [.. waiting.Select(row => Decide(row.Recorder, row.Sequence, row.Row, row.Value, row.ObservedAt))];
    }

    private sealed class Entry
    {
        public Entry(PendingPredictions batch)
        {
            Batch = batch;
            Labels = new byte[batch.EventTimes.Length];
            Array.Fill(Labels, Unlabelled);
        }

        public PendingPredictions Batch { get; }

        public byte[] Labels { get; }
    }
}
