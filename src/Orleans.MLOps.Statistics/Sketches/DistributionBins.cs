using System.Runtime.InteropServices;

namespace Orleans.MLOps.Statistics.Sketches;

/// <summary>
/// The fixed bins into which a reference and later data are counted. Numbers: edges e1 &lt; ... &lt; em make the bins (-inf, e1],
/// (e1, e2], ..., (em, +inf). Texts: a bin for each listed category, one for all pooled (known but rare) categories, one for
/// unseen ones. In both cases a last bin takes missing values (null, NaN). Immutable and shared by many <see cref="Distribution"/>s.
/// </summary>
public sealed class DistributionBins
{
    private const int MaximumBins = 1_000_000;

    private readonly double[] _edges;
    private readonly string[] _categories;
    private readonly string[] _pooled;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _index;

    private DistributionBins(ColumnKind kind, double[] edges, string[] categories, string[] pooled)
    {
        (Kind, _edges, _categories, _pooled) = (kind, edges, categories, pooled);
        Count = kind == ColumnKind.Numeric ? edges.Length + 2 : categories.Length + 3;
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < categories.Length; i++)
            index.Add(categories[i], i);
        foreach (var name in pooled)
            index.Add(name, categories.Length);
        _index = index.GetAlternateLookup<ReadOnlySpan<char>>();
        Fingerprint = ComputeFingerprint();
    }

    /// <summary>Whether numbers or texts are counted.</summary>
    public ColumnKind Kind { get; }

    /// <summary>The number of bins, the one for missing values included.</summary>
    public int Count { get; }

    /// <summary>The bin of missing values: the last.</summary>
    public int MissingIndex => Count - 1;

    /// <summary>The bin of unseen categories; -1 for numbers.</summary>
    public int UnseenIndex => Kind == ColumnKind.Text ? Count - 2 : -1;

    /// <summary>The inner edges of numeric bins, ascending.</summary>
    public IReadOnlyList<double> Edges => _edges;

    /// <summary>The categories with a bin of their own.</summary>
    public IReadOnlyList<string> Categories => _categories;

    /// <summary>A number that is the same for the same bins on every machine; different bins practically never share it.</summary>
    public ulong Fingerprint { get; }

    /// <summary>Bins of numbers.</summary>
    /// <exception cref="ArgumentException">An edge is not finite, or the edges do not ascend.</exception>
    public static DistributionBins ForNumbers(IEnumerable<double> edges)
    {
        double[] list = [.. edges];
        for (var i = 0; i < list.Length; i++)
        {
            if (!double.IsFinite(list[i]) || (i > 0 && list[i] <= list[i - 1]))
                throw new ArgumentException($"Edge {i} is {list[i]}; edges must be finite and strictly ascending.", nameof(edges));
        }
        return new DistributionBins(ColumnKind.Numeric, list, [], []);
    }

    /// <summary>Bins of texts.</summary>
    /// <param name="categories">Categories with a bin each.</param>
    /// <param name="pooled">Known categories that share one bin.</param>
    /// <exception cref="ArgumentException">A category is named twice or longer than <see cref="FrequencySketch.MaximumLength"/>.</exception>
    public static DistributionBins ForTexts(IEnumerable<string> categories, IEnumerable<string>? pooled = null)
    {
        string[] own = [.. categories];
        string[] rare = [.. pooled ?? []];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in own.Concat(rare))
        {
            if (name.Length > FrequencySketch.MaximumLength)
                throw new ArgumentException($"Category '{name[..20]}...' has {name.Length} characters; allowed: {FrequencySketch.MaximumLength}.", nameof(categories));
            if (!seen.Add(name))
                throw new ArgumentException($"Category '{name}' is named twice; each may be named once.", nameof(categories));
        }
        return new DistributionBins(ColumnKind.Text, [], own, rare);
    }

    /// <summary>The bin of a number; NaN is missing.</summary>
    public int IndexOf(double value)
    {
        if (double.IsNaN(value))
            return MissingIndex;
        int low = 0, high = _edges.Length;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (value <= _edges[middle])
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    /// <summary>The bin of a text; texts longer than <see cref="FrequencySketch.MaximumLength"/> count as their beginning.</summary>
    public int IndexOf(ReadOnlySpan<char> value) =>
        _index.TryGetValue(FrequencySketch.Cut(value), out var index) ? index : UnseenIndex;

    /// <summary>What a bin holds, for people.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is no bin.</exception>
    public string Name(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        if (index == MissingIndex)
            return "missing";
        if (Kind == ColumnKind.Text)
            return index < _categories.Length ? _categories[index] : index == UnseenIndex ? "unseen" : "pooled";
        if (_edges.Length == 0)
            return "all";
        if (index == 0)
            return $"<= {_edges[0]:G6}";
        return index == _edges.Length ? $"> {_edges[^1]:G6}" : $"{_edges[index - 1]:G6} to {_edges[index]:G6}";
    }

    /// <summary>Whether two sets of bins are the same.</summary>
    public bool Matches(DistributionBins other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ReferenceEquals(this, other)
            || (Fingerprint == other.Fingerprint && Kind == other.Kind && _edges.AsSpan().SequenceEqual(other._edges)
                && _categories.AsSpan().SequenceEqual(other._categories) && _pooled.AsSpan().SequenceEqual(other._pooled));
    }

    /// <summary>Writes the bins.</summary>
    public void Write(BinaryWriter writer)
    {
        StateFormat.WriteHeader(writer, StateKind.DistributionBins);
        writer.Write((byte)Kind);
        if (Kind == ColumnKind.Numeric)
        {
            StateFormat.WriteCount(writer, _edges.Length);
            foreach (var edge in _edges)
                writer.Write(edge);
            return;
        }
        WriteNames(writer, _categories);
        WriteNames(writer, _pooled);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Another kind of state, an unknown version, or an impossible value.</exception>
    public static DistributionBins Read(BinaryReader reader)
    {
        StateFormat.ReadHeader(reader, StateKind.DistributionBins);
        var kind = reader.ReadByte();
        StateFormat.Require(kind <= (byte)ColumnKind.Text, "Column kind", kind, "0 or 1");
        try
        {
            if (kind == (byte)ColumnKind.Text)
                return ForTexts(ReadNames(reader), ReadNames(reader));
            var edges = new List<double>();
            for (var left = StateFormat.ReadInt(reader, "Edges", 0, MaximumBins); left > 0; left--)
                edges.Add(StateFormat.ReadFinite(reader, "Edge"));
            return ForNumbers(edges);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"The stored bins are impossible: {e.Message}", e);
        }
    }

    private static void WriteNames(BinaryWriter writer, string[] names)
    {
        StateFormat.WriteCount(writer, names.Length);
        foreach (var name in names)
            StateFormat.WriteText(writer, name);
    }

    private static List<string> ReadNames(BinaryReader reader)
    {
        var names = new List<string>();
        for (var left = StateFormat.ReadInt(reader, "Categories", 0, MaximumBins); left > 0; left--)
            names.Add(StateFormat.ReadText(reader, "Category", FrequencySketch.MaximumLength));
        return names;
    }

    private ulong ComputeFingerprint()
    {
        var hash = (ulong)Kind;
        foreach (var edge in MemoryMarshal.Cast<double, ulong>(_edges))
            hash = StableHash.Mix(hash + edge);
        foreach (var name in _categories)
            hash = StableHash.Mix(hash + StableHash.Of(name));
        hash = StableHash.Mix(hash + (ulong)_categories.Length);
        foreach (var name in _pooled)
            hash = StableHash.Mix(hash + StableHash.Of(name));
        return StableHash.Mix(hash + (ulong)_pooled.Length);
    }
}
