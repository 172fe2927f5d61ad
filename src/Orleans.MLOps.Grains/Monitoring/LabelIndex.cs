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

        if (!_parked.Remove(key, out var waiting))
        {
            return [];
        }

        _parkedRows -= waiting.Count;
        return [.. waiting.Select(row => Decide(row.Recorder, row.Sequence, row.Row, row.Value, row.ObservedAt)).Where(row => row.Kind != LabelKind.Repeated)];
    }

    /// <summary>Takes a row of the label log back into memory.</summary>
    public void Restore(LabelRow row)
    {
        if (row.Kind == LabelKind.Parked)
        {
            Park(row);
        }
        else if (row.Kind is LabelKind.First or LabelKind.Correction && _batches.TryGetValue((row.Recorder, row.Sequence), out var entry))
        {
            entry.Labels[row.Row] = row.Value;
        }
    }

    /// <summary>Checks a batch of labels; nothing is changed.</summary>
    public static void Validate(LabelBatch batch)
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
            var mayStillCome = sequence > _lastSequence.GetValueOrDefault(recorder);
            return mayStillCome && _parkedRows < MaximumParked ? Park(label with { Kind = LabelKind.Parked }) : label;
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

    private LabelRow Park(LabelRow label)
    {
        var key = (label.Recorder, label.Sequence);
        if (!_parked.TryGetValue(key, out var waiting))
        {
            _parked[key] = waiting = [];
        }

        if (!waiting.Any(other => other.Row == label.Row && other.Value == label.Value))
        {
            waiting.Add(label);
            _parkedRows++;
        }

        return label;
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
