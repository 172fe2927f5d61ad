namespace Orleans.MLOps.Statistics.Sketches;

/// <summary>
/// How many values fell into each of some fixed bins: a light counter, mergeable exactly. Adding allocates nothing. Not thread-safe.
/// </summary>
public sealed class Distribution
{
    private readonly long[] _counts;

    /// <summary>Empty counts over <paramref name="bins"/>.</summary>
    public Distribution(DistributionBins bins)
    {
        ArgumentNullException.ThrowIfNull(bins);
        Bins = bins;
        _counts = new long[bins.Count];
    }

    /// <summary>Counts that are known already, one for each bin.</summary>
    /// <exception cref="ArgumentException">Not one count for each bin, or a negative count.</exception>
    public Distribution(DistributionBins bins, IReadOnlyList<long> counts)
        : this(bins)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Count != _counts.Length)
            throw new ArgumentException($"{counts.Count} counts were given for {_counts.Length} bins.", nameof(counts));
        for (var i = 0; i < _counts.Length; i++)
        {
            if (counts[i] < 0)
                throw new ArgumentException($"Count {i} is {counts[i]}; counts cannot be negative.", nameof(counts));
            _counts[i] = counts[i];
            Count += counts[i];
        }
    }

    /// <summary>The bins.</summary>
    public DistributionBins Bins { get; }

    /// <summary>Values counted, missing ones included.</summary>
    public long Count { get; private set; }

    /// <summary>The count of each bin.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>
    /// Whether all values that are not missing lie in one bin that holds a single value (a category, or a number between two
    /// neighbouring edges): a reference that any other value contradicts.
    /// </summary>
    public bool IsConstant => ConstantBin() >= 0;

    /// <summary>Counts a number; NaN is missing.</summary>
    /// <exception cref="InvalidOperationException">The bins are of texts.</exception>
    public void Add(double value)
    {
        if (Bins.Kind != ColumnKind.Numeric)
            throw new InvalidOperationException($"Bins of texts were given the number {value}.");
        _counts[Bins.IndexOf(value)]++;
        Count++;
    }

    /// <summary>Counts a text.</summary>
    /// <exception cref="InvalidOperationException">The bins are of numbers.</exception>
    public void Add(ReadOnlySpan<char> value)
    {
        if (Bins.Kind != ColumnKind.Text)
            throw new InvalidOperationException("Bins of numbers were given a text.");
        _counts[Bins.IndexOf(value)]++;
        Count++;
    }

    /// <summary>Counts a missing value.</summary>
    public void AddMissing()
    {
        _counts[Bins.MissingIndex]++;
        Count++;
    }

    /// <summary>Adds what <paramref name="other"/> has counted; it stays as it is.</summary>
    /// <exception cref="ArgumentException">The bins differ.</exception>
    public void MergeFrom(Distribution other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!Bins.Matches(other.Bins))
            throw new ArgumentException("The distributions have different bins; only counts over the same bins can be merged.", nameof(other));
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        Count += other.Count;
    }

    /// <summary>Sets all counts to zero.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    /// <summary>Writes bins and counts.</summary>
    public void Write(BinaryWriter writer)
    {
        StateFormat.WriteHeader(writer, StateKind.Distribution);
        Bins.Write(writer);
        WriteCounts(writer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Another kind of state, an unknown version, or an impossible value.</exception>
    public static Distribution Read(BinaryReader reader)
    {
        StateFormat.ReadHeader(reader, StateKind.Distribution);
        return ReadCounts(reader, DistributionBins.Read(reader));
    }

    internal void WriteCounts(BinaryWriter writer)
    {
        foreach (var count in _counts)
            StateFormat.WriteCount(writer, count);
    }

    internal static Distribution ReadCounts(BinaryReader reader, DistributionBins bins)
    {
        var distribution = new Distribution(bins);
        for (var i = 0; i < distribution._counts.Length; i++)
        {
            distribution._counts[i] = StateFormat.ReadCount(reader, "Bin count");
            distribution.Count = StateFormat.AddCounts(distribution.Count, distribution._counts[i], "Count");
        }
        return distribution;
    }

    /// <summary>The index of the only bin in use (but for missing values) when it holds a single value; -1 otherwise.</summary>
    internal int ConstantBin()
    {
        var present = Count - _counts[Bins.MissingIndex];
        if (present == 0)
            return -1;
        var index = Array.IndexOf(_counts, present, 0, Bins.MissingIndex);
        if (index < 0)
            return -1;
        if (Bins.Kind == ColumnKind.Text)
            return index < Bins.Categories.Count ? index : -1;
        return index > 0 && index < Bins.Edges.Count && Math.BitIncrement(Bins.Edges[index - 1]) == Bins.Edges[index] ? index : -1;
    }
}
