namespace Orleans.MLOps.Statistics.Sketches;

/// <summary>
/// Counts by integer key in one dense array. When more than <c>maxBins</c> keys would be spanned, the lowest are counted at the
/// lowest key kept; where a value ends depends only on the highest key ever seen, so the order of adding and merging does not matter.
/// </summary>
internal sealed class BinStore(int maxBins)
{
    private const int Chunk = 64;
    private long[] _counts = [];
    private int _offset;

    public long Count { get; private set; }

    public int MinKey { get; private set; }

    public int MaxKey { get; private set; }

    public long this[int key] => _counts[key - _offset];

    public void Add(int key, long count)
    {
        if (Count == 0)
        {
            MinKey = MaxKey = key;
            if (key < _offset || key >= _offset + _counts.Length)
                Relocate(key, key, liveFrom: key + 1, liveTo: key);
        }
        else if (key > MaxKey)
        {
            Extend(Math.Max(MinKey, key - maxBins + 1), key);
        }
        else if (key < MinKey)
        {
            key = Math.Max(key, MaxKey - maxBins + 1);
            if (key < MinKey)
                Extend(key, MaxKey);
        }
        _counts[key - _offset] += count;
        Count += count;
    }

    public void MergeFrom(BinStore other)
    {
        if (other.Count == 0)
            return;
        for (var key = other.MaxKey; key >= other.MinKey; key--)
        {
            var count = other[key];
            if (count > 0)
                Add(key, count);
        }
    }

    /// <summary>The key that holds the value of the given 0-based rank in ascending order of keys.</summary>
    public int KeyAtRank(double rank)
    {
        long running = 0;
        for (var key = MinKey; key < MaxKey; key++)
        {
            running += this[key];
            if (running > rank)
                return key;
        }
        return MaxKey;
    }

    /// <summary>The first key at which the running count reaches <paramref name="rank"/> + 1.</summary>
    public int KeyAtUpperRank(double rank)
    {
        long running = 0;
        for (var key = MinKey; key < MaxKey; key++)
        {
            running += this[key];
            if (running >= rank + 1)
                return key;
        }
        return MaxKey;
    }

    public void Clear()
    {
        if (Count > 0)
            Array.Clear(_counts, MinKey - _offset, MaxKey - MinKey + 1);
        Count = 0;
    }

    public void Write(BinaryWriter writer)
    {
        var used = 0;
        if (Count > 0)
        {
            for (var key = MinKey; key <= MaxKey; key++)
                used += this[key] > 0 ? 1 : 0;
        }
        StateFormat.WriteCount(writer, used);
        if (used == 0)
            return;
        writer.Write(MinKey);
        var previous = MinKey;
        for (var key = MinKey; key <= MaxKey; key++)
        {
            if (this[key] == 0)
                continue;
            StateFormat.WriteCount(writer, key - previous);
            StateFormat.WriteCount(writer, this[key]);
            previous = key;
        }
    }

    public static BinStore Read(BinaryReader reader, int maxBins, int keyLimit)
    {
        var store = new BinStore(maxBins);
        var used = StateFormat.ReadInt(reader, "Sketch bins", 0, maxBins);
        if (used == 0)
            return store;
        var lowest = reader.ReadInt32();
        StateFormat.Require(lowest >= -keyLimit && lowest <= keyLimit, "Lowest sketch bin", lowest, $"{-keyLimit} to {keyLimit}");
        var key = lowest;
        long total = 0;
        for (var i = 0; i < used; i++)
        {
            key += StateFormat.ReadInt(reader, "Sketch bin distance", i == 0 ? 0 : 1, i == 0 ? 0 : lowest + maxBins - 1 - key);
            StateFormat.Require(key <= keyLimit, "Sketch bin", key, $"at most {keyLimit}");
            var count = StateFormat.ReadCount(reader, "Sketch bin count", 1);
            total = StateFormat.AddCounts(total, count, "Sketch count");
            store.Add(key, count);
        }
        return store;
    }

    private void Extend(int minKey, int maxKey)
    {
        long carried = 0;
        for (var key = MinKey; key < minKey && key <= MaxKey; key++)
        {
            carried += this[key];
            _counts[key - _offset] = 0;
        }
        if (minKey < _offset || maxKey >= _offset + _counts.Length)
            Relocate(minKey, maxKey, Math.Max(MinKey, minKey), MaxKey);
        _counts[minKey - _offset] += carried;
        MinKey = minKey;
        MaxKey = maxKey;
    }

    private void Relocate(int minKey, int maxKey, int liveFrom, int liveTo)
    {
        var span = maxKey - minKey + 1;
        var source = _counts;
        if (span > _counts.Length)
            _counts = new long[Math.Min(maxBins, (span + Chunk - 1) / Chunk * Chunk + Chunk)];
        var offset = minKey - (_counts.Length - span) / 2;
        var live = liveTo - liveFrom + 1;
        if (live > 0)
        {
            var (from, to) = (liveFrom - _offset, liveFrom - offset);
            Array.Copy(source, from, _counts, to, live);
            if (ReferenceEquals(source, _counts))
            {
                if (to > from)
                    Array.Clear(_counts, from, Math.Min(live, to - from));
                else
                    Array.Clear(_counts, Math.Max(from, to + live), live - Math.Max(0, to + live - from));
            }
        }
        _offset = offset;
    }
}
