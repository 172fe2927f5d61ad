namespace Orleans.MLOps.Statistics.Sketches;

/// <summary>
/// Quantiles of a stream with bounded relative error: DDSketch (Masson, Rim, Lee, VLDB 2019), logarithmic bins, positive and
/// negative values in a store each, zero apart. A quantile is within <see cref="RelativeError"/> of the value at rank
/// floor(q (n - 1)) unless that value lies in a collapsed bin: beyond <see cref="MaxBins"/> bins a store folds those nearest to zero into one.
/// Merging is exact: whatever the order, merged sketches hold the same bins as one that saw everything (the sum up to rounding).
/// NaN and infinities are counted and otherwise left out. Adding allocates only while the range of values grows. Not thread-safe.
/// </summary>
public sealed class QuantileSketch
{
    /// <summary>Relative error unless given: 0.01.</summary>
    public const double DefaultRelativeError = 0.01;

    /// <summary>Bins a sign unless given: 2048, which at one percent error span 17 powers of ten.</summary>
    public const int DefaultMaxBins = 2048;

    private readonly double _multiplier;
    private readonly double _smallest;
    private readonly int _keyLimit;
    private BinStore _positive;
    private BinStore _negative;
    private double _min = double.PositiveInfinity;
    private double _max = double.NegativeInfinity;

    /// <summary>An empty sketch.</summary>
    /// <param name="relativeError">Relative error, 0.0001 to 0.5.</param>
    /// <param name="maxBins">Bins kept for each sign, 16 to 65536.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument outside its range.</exception>
    public QuantileSketch(double relativeError = DefaultRelativeError, int maxBins = DefaultMaxBins)
    {
        if (!(relativeError is >= 0.0001 and <= 0.5))
            throw new ArgumentOutOfRangeException(nameof(relativeError), relativeError, "The relative error must be 0.0001 to 0.5.");
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBins, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxBins, 65536);
        RelativeError = relativeError;
        MaxBins = maxBins;
        Gamma = (1 + relativeError) / (1 - relativeError);
        _multiplier = 1 / Math.Log(Gamma);
        _smallest = 2.2250738585072014e-308 * Gamma;
        _keyLimit = (int)(Math.Log(double.MaxValue) * _multiplier) + 2;
        _positive = new BinStore(maxBins);
        _negative = new BinStore(maxBins);
    }

    /// <summary>The relative error of quantiles.</summary>
    public double RelativeError { get; }

    /// <summary>The most bins kept for each sign.</summary>
    public int MaxBins { get; }

    /// <summary>Finite values added.</summary>
    public long Count => _positive.Count + _negative.Count + ZeroCount;

    /// <summary>Values that were zero or too small to have a bin (below 2.3e-308).</summary>
    public long ZeroCount { get; private set; }

    /// <summary>NaN and infinite values, counted apart from <see cref="Count"/>.</summary>
    public long NonFiniteCount { get; private set; }

    /// <summary>The sum of the finite values.</summary>
    public double Sum { get; private set; }

    /// <summary>The smallest finite value, exact; NaN while empty.</summary>
    public double Min => Count == 0 ? double.NaN : _min;

    /// <summary>The largest finite value, exact; NaN while empty.</summary>
    public double Max => Count == 0 ? double.NaN : _max;

    internal double Gamma { get; }

    /// <summary>Adds one value.</summary>
    public void Add(double value)
    {
        if (!double.IsFinite(value))
        {
            NonFiniteCount++;
            return;
        }
        if (value >= _smallest)
            _positive.Add(Key(value), 1);
        else if (value <= -_smallest)
            _negative.Add(Key(-value), 1);
        else
            ZeroCount++;
        Sum += value;
        _min = Math.Min(_min, value);
        _max = Math.Max(_max, value);
    }

    /// <summary>The quantile of <paramref name="q"/> in [0, 1]: the middle (in relative terms) of the bin that holds it; NaN while empty.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="q"/> outside [0, 1].</exception>
    public double Quantile(double q)
    {
        if (!(q is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(q), q, "A quantile must be 0 to 1.");
        if (Count == 0)
            return double.NaN;
        var rank = q * (Count - 1);
        if (rank < _negative.Count)
            return -Middle(_negative.KeyAtUpperRank(_negative.Count - rank - 1));
        rank -= _negative.Count;
        return rank < ZeroCount ? 0 : Middle(_positive.KeyAtRank(rank - ZeroCount));
    }

    /// <summary>Adds what <paramref name="other"/> has seen; it stays as it is.</summary>
    /// <exception cref="ArgumentException">The sketches differ in relative error or in bins.</exception>
    public void MergeFrom(QuantileSketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.RelativeError != RelativeError || other.MaxBins != MaxBins)
            throw new ArgumentException($"Cannot merge a sketch of error {other.RelativeError} and {other.MaxBins} bins into one of error {RelativeError} and {MaxBins} bins.", nameof(other));
        _positive.MergeFrom(other._positive);
        _negative.MergeFrom(other._negative);
        ZeroCount += other.ZeroCount;
        NonFiniteCount += other.NonFiniteCount;
        Sum += other.Sum;
        _min = Math.Min(_min, other._min);
        _max = Math.Max(_max, other._max);
    }

    /// <summary>Forgets everything and keeps the memory for reuse.</summary>
    public void Clear()
    {
        _positive.Clear();
        _negative.Clear();
        (ZeroCount, NonFiniteCount, Sum) = (0, 0, 0);
        (_min, _max) = (double.PositiveInfinity, double.NegativeInfinity);
    }

    /// <summary>Writes the state; only bins in use take space.</summary>
    public void Write(BinaryWriter writer)
    {
        StateFormat.WriteHeader(writer, StateKind.QuantileSketch);
        writer.Write(RelativeError);
        StateFormat.WriteCount(writer, MaxBins);
        StateFormat.WriteCount(writer, ZeroCount);
        StateFormat.WriteCount(writer, NonFiniteCount);
        _positive.Write(writer);
        _negative.Write(writer);
        writer.Write(Sum);
        if (Count > 0)
        {
            writer.Write(_min);
            writer.Write(_max);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Another kind of state, an unknown version, or an impossible value.</exception>
    public static QuantileSketch Read(BinaryReader reader)
    {
        StateFormat.ReadHeader(reader, StateKind.QuantileSketch);
        var error = StateFormat.ReadFinite(reader, "Relative error", 0.0001, 0.5);
        var maxBins = StateFormat.ReadInt(reader, "Most bins", 16, 65536);
        var sketch = new QuantileSketch(error, maxBins)
        {
            ZeroCount = StateFormat.ReadCount(reader, "Zero count"),
            NonFiniteCount = StateFormat.ReadCount(reader, "Non-finite count"),
        };
        sketch._positive = BinStore.Read(reader, maxBins, sketch._keyLimit);
        sketch._negative = BinStore.Read(reader, maxBins, sketch._keyLimit);
        StateFormat.AddCounts(StateFormat.AddCounts(sketch._positive.Count, sketch._negative.Count, "Count"), sketch.ZeroCount, "Count");
        sketch.Sum = reader.ReadDouble();
        if (sketch.Count > 0)
        {
            sketch._min = StateFormat.ReadFinite(reader, "Smallest value");
            sketch._max = StateFormat.ReadFinite(reader, "Largest value", sketch._min);
        }
        return sketch;
    }

    /// <summary>The bins in use in ascending order of value: the largest double that falls into the bin, and its count.</summary>
    internal IEnumerable<(double Upper, long Count)> AscendingBins()
    {
        var mayBeFolded = _negative.MaxKey - _negative.MinKey + 1 == MaxBins;
        for (var key = _negative.MaxKey; _negative.Count > 0 && key >= _negative.MinKey; key--)
        {
            if (_negative[key] > 0)
                yield return (mayBeFolded && key == _negative.MinKey ? -_smallest : Math.BitDecrement(-Bound(key - 1)), _negative[key]);
        }
        if (ZeroCount > 0)
            yield return (0, ZeroCount);
        for (var key = _positive.MinKey; _positive.Count > 0 && key <= _positive.MaxKey; key++)
        {
            if (_positive[key] > 0)
                yield return (Bound(key), _positive[key]);
        }
    }

    private int Key(double magnitude) => (int)Math.Ceiling(Math.Log(magnitude) * _multiplier);

    private double Bound(int key) => Math.Min(Math.Exp(key / _multiplier), double.MaxValue);

    private double Middle(int key) => Math.Min(Math.Exp(key / _multiplier) * (2 / (1 + Gamma)), double.MaxValue);
}
