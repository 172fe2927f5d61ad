namespace Orleans.MLOps.Statistics.Sketches;

/// <summary>
/// The profile of one column of a data set or of one input of a model, in bounded memory and mergeable: counts, missing values, and for
/// numbers extremes, moments and quantiles; for texts frequencies and lengths; for both the number of distinct values.
/// Counts, sketches and extremes merge exactly, the moments up to rounding. Not thread-safe.
/// </summary>
public sealed class ColumnProfile
{
    private readonly QuantileSketch? _quantiles;
    private readonly FrequencySketch? _frequencies;
    private readonly DistinctSketch _distinct;
    private double _mean;
    private double _squares;
    private int _minLength = int.MaxValue;

    /// <summary>An empty profile.</summary>
    /// <param name="kind">Whether the column holds numbers or texts.</param>
    /// <param name="relativeError">Relative error of the quantiles of a numeric column.</param>
    /// <param name="categories">Distinct categories counted one by one in a text column.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument outside the range its sketch allows.</exception>
    public ColumnProfile(ColumnKind kind, double relativeError = QuantileSketch.DefaultRelativeError, int categories = FrequencySketch.DefaultCapacity)
        : this(
            kind == ColumnKind.Numeric ? new QuantileSketch(relativeError) : null,
            kind == ColumnKind.Text ? new FrequencySketch(categories) : null,
            new DistinctSketch())
    {
        if (!Enum.IsDefined(kind))
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "The kind must be Numeric or Text.");
    }

    private ColumnProfile(QuantileSketch? quantiles, FrequencySketch? frequencies, DistinctSketch distinct) =>
        (_quantiles, _frequencies, _distinct) = (quantiles, frequencies, distinct);

    /// <summary>Whether the column holds numbers or texts.</summary>
    public ColumnKind Kind => _quantiles is null ? ColumnKind.Text : ColumnKind.Numeric;

    /// <summary>All rows, missing and non-finite ones included.</summary>
    public long Count => ValueCount + NullCount + NaNCount + PositiveInfinityCount + NegativeInfinityCount;

    /// <summary>Rows with a text or a finite number.</summary>
    public long ValueCount => _quantiles?.Count ?? _frequencies!.Count;

    /// <summary>Rows without a value.</summary>
    public long NullCount { get; private set; }

    /// <summary>Rows with NaN.</summary>
    public long NaNCount { get; private set; }

    /// <summary>Rows with positive infinity.</summary>
    public long PositiveInfinityCount { get; private set; }

    /// <summary>Rows with negative infinity.</summary>
    public long NegativeInfinityCount { get; private set; }

    /// <summary>Smallest finite number; NaN without one.</summary>
    public double Min => _quantiles?.Min ?? double.NaN;

    /// <summary>Largest finite number; NaN without one.</summary>
    public double Max => _quantiles?.Max ?? double.NaN;

    /// <summary>Mean of the finite numbers (Welford); NaN without one.</summary>
    public double Mean => _quantiles is { Count: > 0 } ? _mean : double.NaN;

    /// <summary>Sum of squared deviations from the mean, often called M2 (Welford; merged as Chan, Golub, LeVeque 1979).</summary>
    public double SumOfSquaredDeviations => _squares;

    /// <summary>Standard deviation with divisor n - 1; NaN below two numbers.</summary>
    public double StandardDeviation => _quantiles is { Count: > 1 } ? Math.Sqrt(_squares / (ValueCount - 1)) : double.NaN;

    /// <summary>Length in UTF-16 units of the shortest text; 0 without one.</summary>
    public int MinLength => _minLength == int.MaxValue ? 0 : _minLength;

    /// <summary>Length in UTF-16 units of the longest text; 0 without one.</summary>
    public int MaxLength { get; private set; }

    /// <summary>Whether all values seen are one and the same (and there is at least one).</summary>
    public bool IsConstant => Kind == ColumnKind.Numeric
        ? ValueCount > 0 && Min == Max && PositiveInfinityCount + NegativeInfinityCount == 0
        : _frequencies is { IsExact: true, CategoryCount: 1 };

    /// <summary>Quantiles of a numeric column; null for a text column.</summary>
    public QuantileSketch? Quantiles => _quantiles;

    /// <summary>Category counts of a text column; null for a numeric column.</summary>
    public FrequencySketch? Frequencies => _frequencies;

    /// <summary>Estimated number of distinct values (standard error 1.6 percent).</summary>
    public double DistinctEstimate() => _distinct.Estimate();

    /// <summary>Adds a row without a value.</summary>
    public void AddNull() => NullCount++;

    /// <summary>Adds a number; NaN and infinities are counted apart.</summary>
    /// <exception cref="InvalidOperationException">The column holds texts.</exception>
    public void Add(double value)
    {
        if (_quantiles is null)
            throw new InvalidOperationException($"A text column was given the number {value}; allowed: texts and nulls.");
        if (double.IsNaN(value))
        {
            NaNCount++;
        }
        else if (double.IsPositiveInfinity(value))
        {
            PositiveInfinityCount++;
        }
        else if (double.IsNegativeInfinity(value))
        {
            NegativeInfinityCount++;
        }
        else
        {
            _quantiles.Add(value);
            _distinct.Add(value);
            var delta = value - _mean;
            _mean += delta / _quantiles.Count;
            _squares += delta * (value - _mean);
        }
    }

    /// <summary>Adds a text.</summary>
    /// <exception cref="InvalidOperationException">The column holds numbers.</exception>
    public void Add(ReadOnlySpan<char> value)
    {
        if (_frequencies is null)
            throw new InvalidOperationException("A numeric column was given a text; allowed: numbers and nulls.");
        _frequencies.Add(value);
        _distinct.Add(value);
        _minLength = Math.Min(_minLength, value.Length);
        MaxLength = Math.Max(MaxLength, value.Length);
    }

    /// <summary>Adds what <paramref name="other"/> has seen; it stays as it is.</summary>
    /// <exception cref="ArgumentException">The kinds or the sketches' settings differ.</exception>
    public void MergeFrom(ColumnProfile other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Kind != Kind)
            throw new ArgumentException($"Cannot merge a {other.Kind} profile into a {Kind} profile.", nameof(other));
        var (own, others) = (ValueCount, other.ValueCount);
        if (_quantiles is not null)
        {
            _quantiles.MergeFrom(other._quantiles!);
            if (others > 0)
            {
                var delta = other._mean - _mean;
                _mean += delta * others / (own + others);
                _squares += other._squares + delta * delta * own * others / (own + others);
            }
        }
        _frequencies?.MergeFrom(other._frequencies!);
        _distinct.MergeFrom(other._distinct);
        NullCount += other.NullCount;
        NaNCount += other.NaNCount;
        PositiveInfinityCount += other.PositiveInfinityCount;
        NegativeInfinityCount += other.NegativeInfinityCount;
        _minLength = Math.Min(_minLength, other._minLength);
        MaxLength = Math.Max(MaxLength, other.MaxLength);
    }

    /// <summary>
    /// The column as counts in fixed bins, to be the reference of <see cref="Drift.PopulationStability"/>: about <paramref name="numericBins"/>
    /// bins of equal share at the quantiles (a value that alone holds such a share gets its own bin), or the
    /// <paramref name="ownCategories"/> most frequent categories. Without values a numeric column has a single bin.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">An argument below 1 or above 1000.</exception>
    public Distribution ToDistribution(int numericBins = 10, int ownCategories = 20) => _quantiles is not null
        ? ProfileBinning.Numeric(this, numericBins)
        : ProfileBinning.Text(this, ownCategories);

    /// <summary>Writes the state.</summary>
    public void Write(BinaryWriter writer)
    {
        StateFormat.WriteHeader(writer, StateKind.ColumnProfile);
        writer.Write((byte)Kind);
        StateFormat.WriteCount(writer, NullCount);
        StateFormat.WriteCount(writer, NaNCount);
        StateFormat.WriteCount(writer, PositiveInfinityCount);
        StateFormat.WriteCount(writer, NegativeInfinityCount);
        _distinct.Write(writer);
        if (_quantiles is not null)
        {
            _quantiles.Write(writer);
            writer.Write(_mean);
            writer.Write(_squares);
        }
        else
        {
            _frequencies!.Write(writer);
            StateFormat.WriteCount(writer, _minLength);
            StateFormat.WriteCount(writer, MaxLength);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Another kind of state, an unknown version, or an impossible value.</exception>
    public static ColumnProfile Read(BinaryReader reader)
    {
        StateFormat.ReadHeader(reader, StateKind.ColumnProfile);
        var kind = reader.ReadByte();
        StateFormat.Require(kind <= (byte)ColumnKind.Text, "Column kind", kind, "0 or 1");
        var nulls = StateFormat.ReadCount(reader, "Nulls");
        var nans = StateFormat.ReadCount(reader, "NaNs");
        var positive = StateFormat.ReadCount(reader, "Positive infinities");
        var negative = StateFormat.ReadCount(reader, "Negative infinities");
        var distinct = DistinctSketch.Read(reader);
        ColumnProfile profile;
        if (kind == (byte)ColumnKind.Numeric)
        {
            profile = new ColumnProfile(QuantileSketch.Read(reader), null, distinct)
            {
                _mean = reader.ReadDouble(),
                _squares = reader.ReadDouble(),
            };
        }
        else
        {
            profile = new ColumnProfile(null, FrequencySketch.Read(reader), distinct)
            {
                _minLength = StateFormat.ReadInt(reader, "Shortest text", 0, int.MaxValue),
                MaxLength = StateFormat.ReadInt(reader, "Longest text", 0, int.MaxValue),
            };
        }
        (profile.NullCount, profile.NaNCount, profile.PositiveInfinityCount, profile.NegativeInfinityCount) = (nulls, nans, positive, negative);
        return profile;
    }
}
