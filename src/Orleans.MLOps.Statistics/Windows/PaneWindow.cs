using System.Diagnostics.CodeAnalysis;

namespace Orleans.MLOps.Statistics.Windows;

/// <summary>
/// A sliding window over event time made of panes of equal length (pane k covers [k L, (k + 1) L) since 0001-01-01 UTC) in a ring: it costs
/// the same at any rate. The newest pane touched, or <see cref="Advance"/>, moves the window; data for a pane still inside go to that pane,
/// older data are refused and counted. Whatever the order of arrival and merging, the panes inside hold the same. Panes that leave are
/// emptied and used again, so a full ring allocates nothing. A time far ahead empties the window, so a host checks event times against its
/// clock first. Not thread-safe.
/// </summary>
/// <typeparam name="T">The pane.</typeparam>
public sealed class PaneWindow<T>
    where T : class, IPane<T>
{
    private const int MaximumPanes = 100_000;

    private readonly T?[] _ring;
    private readonly bool[] _used;
    private readonly Func<T> _create;
    private long _newest = -1;

    /// <summary>An empty window.</summary>
    /// <param name="paneLength">Length of a pane, above zero.</param>
    /// <param name="windowLength">Length of the window: a whole number of panes, 1 to 100,000.</param>
    /// <param name="create">Makes an empty pane.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length outside its range, or not a whole number of panes.</exception>
    public PaneWindow(TimeSpan paneLength, TimeSpan windowLength, Func<T> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        if (paneLength <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(paneLength), paneLength, "The pane length must be above zero.");
        var panes = windowLength.Ticks / paneLength.Ticks;
        if (panes < 1 || panes > MaximumPanes || panes * paneLength.Ticks != windowLength.Ticks)
            throw new ArgumentOutOfRangeException(nameof(windowLength), windowLength, $"The window must be 1 to {MaximumPanes} whole panes of {paneLength}.");
        (PaneLength, WindowLength, _create) = (paneLength, windowLength, create);
        _ring = new T?[panes];
        _used = new bool[panes];
    }

    /// <summary>Length of a pane.</summary>
    public TimeSpan PaneLength { get; }

    /// <summary>Length of the window.</summary>
    public TimeSpan WindowLength { get; }

    /// <summary>Rows refused because their pane had left the window.</summary>
    public long DroppedCount { get; private set; }

    /// <summary>End (exclusive) of the newest pane; null while nothing has come.</summary>
    public DateTimeOffset? End => _newest < 0 ? null : StartOf(_newest + 1);

    /// <summary>Start of the oldest pane inside; null while nothing has come.</summary>
    public DateTimeOffset? Start => _newest < 0 ? null : StartOf(Math.Max(0, Oldest));

    private long Oldest => _newest - _ring.Length + 1;

    /// <summary>The pane for data of <paramref name="eventTime"/>; null when it has left the window, which counts as <paramref name="rows"/> dropped.</summary>
    public T? PaneAt(DateTimeOffset eventTime, long rows = 1)
    {
        var index = IndexOf(eventTime);
        MoveTo(index);
        if (index < Oldest)
        {
            DroppedCount += rows;
            return null;
        }
        var slot = index % _ring.Length;
        _used[slot] = true;
        return _ring[slot] ??= _create();
    }

    /// <summary>Merges a pane that was filled elsewhere for data of <paramref name="eventTime"/>'s pane; false when that has left the window.</summary>
    public bool Merge(DateTimeOffset eventTime, T pane)
    {
        ArgumentNullException.ThrowIfNull(pane);
        var own = PaneAt(eventTime, pane.Count);
        own?.MergeFrom(pane);
        return own is not null;
    }

    /// <summary>Moves the window so that it contains <paramref name="time"/>; going back changes nothing.</summary>
    public void Advance(DateTimeOffset time) => MoveTo(IndexOf(time));

    /// <summary>Everything inside the window, merged into a new pane.</summary>
    public T Query() => Query(DateTimeOffset.MinValue, DateTimeOffset.MaxValue);

    /// <summary>The panes that start at or after <paramref name="from"/> and before <paramref name="to"/>, merged into a new pane.</summary>
    public T Query(DateTimeOffset from, DateTimeOffset to)
    {
        var merged = _create();
        foreach (var (start, pane) in Panes())
        {
            if (start >= from && start < to)
                merged.MergeFrom(pane);
        }
        return merged;
    }

    /// <summary>The panes inside that were touched, oldest first, with their starts; the window's own, not copies.</summary>
    public IEnumerable<(DateTimeOffset Start, T Pane)> Panes()
    {
        for (var index = Math.Max(0, Oldest); index <= _newest; index++)
        {
            var slot = index % _ring.Length;
            if (_used[slot])
                yield return (StartOf(index), _ring[slot]!);
        }
    }

    /// <summary>Adds what <paramref name="other"/> holds; it stays as it is. Its panes that are outside of the joint window count as dropped.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void MergeFrom(PaneWindow<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.PaneLength != PaneLength || other.WindowLength != WindowLength)
            throw new ArgumentException($"Cannot merge a window of {other.WindowLength} in panes of {other.PaneLength} into one of {WindowLength} in panes of {PaneLength}.", nameof(other));
        MoveTo(other._newest);
        foreach (var (start, pane) in other.Panes())
            Merge(start, pane);
        DroppedCount += other.DroppedCount;
    }

    /// <summary>Writes the panes inside.</summary>
    public void Write(BinaryWriter writer)
    {
        StateFormat.WriteHeader(writer, StateKind.PaneWindow);
        StateFormat.WriteCount(writer, PaneLength.Ticks);
        StateFormat.WriteCount(writer, _ring.Length);
        StateFormat.WriteCount(writer, DroppedCount);
        writer.Write(_newest);
        if (_newest < 0)
            return;
        StateFormat.WriteCount(writer, _used.Count(static used => used));
        for (var index = Math.Max(0, Oldest); index <= _newest; index++)
        {
            var slot = index % _ring.Length;
            if (!_used[slot])
                continue;
            StateFormat.WriteCount(writer, _newest - index);
            _ring[slot]!.Write(writer);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="reader">Where the state stands.</param>
    /// <param name="create">Makes an empty pane.</param>
    /// <param name="readPane">Reads one pane.</param>
    /// <exception cref="InvalidDataException">Another kind of state, an unknown version, or an impossible value.</exception>
    [SuppressMessage("Design", "CA1000", Justification = "The other states are read by a static Read of their type, and so is this one.")]
    public static PaneWindow<T> Read(BinaryReader reader, Func<T> create, Func<BinaryReader, T> readPane)
    {
        ArgumentNullException.ThrowIfNull(readPane);
        StateFormat.ReadHeader(reader, StateKind.PaneWindow);
        var paneTicks = StateFormat.ReadCount(reader, "Pane length", 1, TimeSpan.MaxValue.Ticks / MaximumPanes);
        var panes = StateFormat.ReadInt(reader, "Panes", 1, MaximumPanes);
        var window = new PaneWindow<T>(TimeSpan.FromTicks(paneTicks), TimeSpan.FromTicks(paneTicks * panes), create)
        {
            DroppedCount = StateFormat.ReadCount(reader, "Dropped rows"),
        };
        window._newest = reader.ReadInt64();
        var last = DateTimeOffset.MaxValue.UtcTicks / paneTicks;
        StateFormat.Require(window._newest >= -1 && window._newest <= last, "Newest pane", window._newest, $"-1 to {last}");
        if (window._newest < 0)
            return window;
        long before = panes;
        for (var left = StateFormat.ReadInt(reader, "Panes in use", 0, panes); left > 0; left--)
        {
            var age = StateFormat.ReadCount(reader, "Age of a pane", 0, Math.Min(before - 1, window._newest));
            var slot = (window._newest - age) % panes;
            window._ring[slot] = readPane(reader);
            window._used[slot] = true;
            before = age;
        }
        return window;
    }

    private long IndexOf(DateTimeOffset time) => time.UtcTicks / PaneLength.Ticks;

    private DateTimeOffset StartOf(long index) => new(Math.Min(index * PaneLength.Ticks, DateTime.MaxValue.Ticks), TimeSpan.Zero);

    private void MoveTo(long index)
    {
        if (index <= _newest)
            return;
        for (var leaving = Math.Max(_newest + 1, index - _ring.Length + 1); leaving <= index; leaving++)
        {
            var slot = leaving % _ring.Length;
            if (_used[slot])
                _ring[slot]!.Clear();
            _used[slot] = false;
        }
        _newest = index;
    }
}
