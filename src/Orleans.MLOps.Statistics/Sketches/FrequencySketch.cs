using System.Runtime.InteropServices;

namespace Orleans.MLOps.Statistics.Sketches;

/// <summary>
/// How often each category occurs, for a bounded number of categories. Up to <see cref="Capacity"/> distinct categories all counts
/// are exact. Beyond, the rule of Misra and Gries (1982; mergeable by Agarwal et al., PODS 2012) keeps the frequent ones: a kept
/// count is too low by at most <see cref="MaximumError"/>, which never exceeds <see cref="OtherCount"/> / (Capacity + 1), so a
/// category with a larger share than 1 / (Capacity + 1) is always kept; what was taken away is in <see cref="OtherCount"/> and the
/// total stays exact. Merged sketches keep the same promises; while no sketch overflowed, merging is exact. Not thread-safe.
/// </summary>
public sealed class FrequencySketch
{
    /// <summary>Distinct categories kept unless given: 1000.</summary>
    public const int DefaultCapacity = 1000;

    /// <summary>UTF-16 units of a category that are looked at: longer texts count as their first 256.</summary>
    public const int MaximumLength = 256;

    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private long _kept;

    /// <summary>An empty sketch that keeps <paramref name="capacity"/> categories.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is not 1 to 1,000,000.</exception>
    public FrequencySketch(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 1_000_000);
        Capacity = capacity;
        _lookup = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The most categories kept.</summary>
    public int Capacity { get; }

    /// <summary>All values added, exact.</summary>
    public long Count { get; private set; }

    /// <summary>Values that are in no kept category's count.</summary>
    public long OtherCount => Count - _kept;

    /// <summary>The most by which a kept count can be too low; 0 while all counts are exact.</summary>
    public long MaximumError { get; private set; }

    /// <summary>Whether every count is exact.</summary>
    public bool IsExact => MaximumError == 0;

    /// <summary>Categories kept now.</summary>
    public int CategoryCount => _counts.Count;

    /// <summary>Adds one value; allocates only for a category that is not kept yet.</summary>
    public void Add(ReadOnlySpan<char> category)
    {
        category = Cut(category);
        Count++;
        ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(_lookup, category);
        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref count))
        {
            count++;
            _kept++;
        }
        else if (_counts.Count < Capacity)
        {
            _counts.Add(category.ToString(), 1);
            _kept++;
        }
        else
        {
            // The newcomer's single occurrence cancels against one of each kept category, so it is not kept itself.
            TakeFromAll(1);
        }
    }

    /// <summary>The count of a category: 0 when it is not kept.</summary>
    public long CountOf(ReadOnlySpan<char> category) => _lookup.TryGetValue(Cut(category), out var count) ? count : 0;

    /// <summary>The <paramref name="limit"/> most frequent categories kept, by falling count, ties in ordinal order.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Top(int limit = int.MaxValue) =>
        [.. _counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(limit)];

    /// <summary>Adds what <paramref name="other"/> has seen; it stays as it is.</summary>
    /// <exception cref="ArgumentException">The capacities differ.</exception>
    public void MergeFrom(FrequencySketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Capacity != Capacity)
            throw new ArgumentException($"Cannot merge a sketch of {other.Capacity} categories into one of {Capacity}.", nameof(other));
        foreach (var (category, count) in other._counts)
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, category, out _) += count;
        Count += other.Count;
        _kept += other._kept;
        MaximumError += other.MaximumError;
        if (_counts.Count > Capacity)
        {
            var counts = _counts.Values.ToArray();
            Array.Sort(counts);
            TakeFromAll(counts[^(Capacity + 1)]);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _counts.Clear();
        (Count, _kept, MaximumError) = (0, 0, 0);
    }

    /// <summary>Writes the state, categories in ordinal order, so equal sketches give equal bytes.</summary>
    public void Write(BinaryWriter writer)
    {
        StateFormat.WriteHeader(writer, StateKind.FrequencySketch);
        StateFormat.WriteCount(writer, Capacity);
        StateFormat.WriteCount(writer, Count);
        StateFormat.WriteCount(writer, MaximumError);
        StateFormat.WriteCount(writer, _counts.Count);
        foreach (var (category, count) in _counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            StateFormat.WriteText(writer, category);
            StateFormat.WriteCount(writer, count);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Another kind of state, an unknown version, or an impossible value.</exception>
    public static FrequencySketch Read(BinaryReader reader)
    {
        StateFormat.ReadHeader(reader, StateKind.FrequencySketch);
        var sketch = new FrequencySketch(StateFormat.ReadInt(reader, "Capacity", 1, 1_000_000))
        {
            Count = StateFormat.ReadCount(reader, "Count"),
        };
        sketch.MaximumError = StateFormat.ReadCount(reader, "Maximum error", 0, sketch.Count);
        var categories = StateFormat.ReadInt(reader, "Categories", 0, sketch.Capacity);
        for (var i = 0; i < categories; i++)
        {
            var category = StateFormat.ReadText(reader, "Category", MaximumLength);
            var count = StateFormat.ReadCount(reader, "Category count", 1, sketch.Count - sketch._kept);
            StateFormat.Require(sketch._counts.TryAdd(category, count), "Category", category, "each category once");
            sketch._kept += count;
        }
        return sketch;
    }

    internal static ReadOnlySpan<char> Cut(ReadOnlySpan<char> text)
    {
        if (text.Length <= MaximumLength)
            return text;
        var length = char.IsHighSurrogate(text[MaximumLength - 1]) ? MaximumLength - 1 : MaximumLength;
        return text[..length];
    }

    private void TakeFromAll(long amount)
    {
        MaximumError += amount;
        foreach (var category in _counts.Keys)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(_counts, category);
            _kept -= Math.Min(amount, count);
            if (count <= amount)
                _counts.Remove(category);
            else
                count -= amount;
        }
    }
}
