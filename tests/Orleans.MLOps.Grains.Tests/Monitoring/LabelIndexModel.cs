using Orleans.MLOps.Grains.Monitoring;

namespace Orleans.MLOps.Grains.Tests.Monitoring;

/// <summary>What a label index should answer, from lists that keep everything.</summary>
internal sealed class LabelIndexModel
{
    private readonly List<long> _sealed = [];
    private readonly Dictionary<(long Sequence, int Row), byte> _answers = [];
    private readonly List<(long Sequence, int Row, byte Value, int Day)> _parked = [];

    public bool IsSealed(long sequence) => _sealed.Contains(sequence);

    private int _latestDay = int.MinValue;

    public long Expired { get; private set; }

    public LabelKind Join(long sequence, int row, byte value, int day)
    {
        _latestDay = Math.Max(_latestDay, day);
        Expired += _parked.RemoveAll(IsPast);
        if (_sealed.Contains(sequence))
        {
            return Answer(sequence, row, value, day);
        }

        if (IsPast((sequence, row, value, day)))
        {
            return LabelKind.Unknown;
        }

        if (_sealed.Count > 0 && sequence < _sealed.Max() && !_parked.Exists(label => label.Sequence == sequence))
        {
            return LabelKind.Unknown;
        }

        var earlier = _parked.FindLastIndex(label => label.Sequence == sequence && label.Row == row);
        if (earlier >= 0 && _parked[earlier].Value == value)
        {
            return LabelKind.Repeated;
        }

        _parked.Add((sequence, row, value, day));
        return LabelKind.Parked;
    }

    public List<(int Row, byte Value, LabelKind Kind)> Seal(long sequence)
    {
        if (_sealed.Contains(sequence))
        {
            return [];
        }

        _sealed.Add(sequence);
        var waiting = _parked.FindAll(label => label.Sequence == sequence);
        _parked.RemoveAll(label => label.Sequence == sequence);
        return [.. waiting.Select(label => (label.Row, label.Value, Answer(sequence, label.Row, label.Value, label.Day)))];
    }

    private bool IsPast((long Sequence, int Row, byte Value, int Day) label) => label.Day < _latestDay - 7;

    private LabelKind Answer(long sequence, int row, byte value, int day)
    {
        if (row >= LabelSamples.BatchRows || day < -1)
        {
            return LabelKind.Unknown;
        }

        var kind = _answers.TryGetValue((sequence, row), out var before)
            ? before == value ? LabelKind.Repeated : LabelKind.Correction
            : LabelKind.First;
        _answers[(sequence, row)] = value;
        return kind;
    }
}
