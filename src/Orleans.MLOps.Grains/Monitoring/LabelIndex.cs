using Orleans.MLOps.Grains.Platform;
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

    private const byte Unlabelled = 2;

    private readonly Dictionary<(uint Recorder, long Sequence), Entry> _batches = [];
    private readonly Queue<(uint Recorder, long Sequence)> _order = new();
    private readonly Dictionary<uint, long> _lastSequence = [];
    private readonly Dictionary<(uint Recorder, long Sequence), List<LabelRow>> _parked = [];
    private int _rows;
    private int _parkedRows;

    /// <summary>Adds sealed predictions and gives the labels that had waited for them, now as first answers.</summary>
    public LabelRow[] Register(PendingPredictions batch)
    {
        var key = (batch.Recorder, batch.Sequence);
        if (!_batches.TryAdd(key, new Entry(batch)))
        {
            return [];
        }

        _order.Enqueue(key);
        _rows += batch.EventTimes.Length;
        _lastSequence[batch.Recorder] = Math.Max(batch.Sequence, _lastSequence.GetValueOrDefault(batch.Recorder));
        while (_rows > MaximumRows && _order.Count > 1)
        {
            var oldest = _order.Dequeue();
            _rows -= _batches[oldest].Batch.EventTimes.Length;
            _batches.Remove(oldest);
        }

        return Release(key);
    }

    /// <summary>Takes a row of the label log back into memory, after all batches of the prediction log.</summary>
    public void Restore(LabelRow row)
    {
        if (row.Kind == LabelKind.Parked)
        {
            Park(row);
            return;
        }

        if (row.Kind == LabelKind.Repeated || !_batches.TryGetValue((row.Recorder, row.Sequence), out var entry))
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

    /// <summary>Checks a batch of labels; nothing is changed.</summary>
    public static void Validate(LabelBatch batch, DateTimeOffset now)
    {
        var count = batch.PredictionIds.Length;
        if (batch.Values.Length != count || batch.ObservedAt.Length != count)
        {
            throw new InvalidInputException(
                $"{count} prediction ids, {batch.Values.Length} values and {batch.ObservedAt.Length} times are given; there must be as many of each.", "labels");
        }

        for (var i = 0; i < count; i++)
        {
            if (!PredictionId.TryParse(batch.PredictionIds[i], out _))
            {
                throw new InvalidInputException($"Prediction id '{batch.PredictionIds[i]}' of label {i} is not one that a prediction gave.", "prediction_ids");
            }

            if (batch.Values[i] is not (0 or 1))
            {
                throw new InvalidInputException($"Label {i} has the value {batch.Values[i]}; 0 or 1 is needed.", "values");
            }

            EventTimes.RequireNotAhead(batch.ObservedAt[i], now, "observed_at");
            if (i > 0 && batch.ObservedAt[i] < batch.ObservedAt[i - 1])
            {
                throw new InvalidInputException($"Label {i} is earlier than the one before it; times must not decrease.", "observed_at");
            }
        }
    }

    /// <summary>Joins checked labels and remembers them.</summary>
    public LabelRow[] Join(LabelBatch batch)
    {
        var rows = new LabelRow[batch.PredictionIds.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var id = PredictionId.Parse(batch.PredictionIds[i]);
            rows[i] = Decide(id.Recorder, id.Sequence, id.Row, (byte)batch.Values[i], TableValue.ToMicroseconds(batch.ObservedAt[i]));
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
            var mayStillCome = sequence > _lastSequence.GetValueOrDefault(recorder) || _parked.ContainsKey((recorder, sequence));
            return mayStillCome ? DecideEarly(label) : label;
        }

        if (row >= entry.Labels.Length)
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

    private LabelRow DecideEarly(LabelRow label)
    {
        if (_parked.TryGetValue((label.Recorder, label.Sequence), out var waiting)
            && waiting.FindLastIndex(other => other.Row == label.Row) is >= 0 and var latest
            && waiting[latest].Value == label.Value)
        {
            return label with { Kind = LabelKind.Repeated };
        }

        return _parkedRows < MaximumParked ? Park(label with { Kind = LabelKind.Parked }) : label;
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
        _parkedRows--;
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
