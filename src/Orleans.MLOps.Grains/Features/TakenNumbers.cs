namespace Orleans.MLOps.Grains.Features;

/// <summary>
/// Which numbers of each source were taken in. Numbers arrive nearly in order: what lies further than <see cref="Depth"/>
/// below a source's highest counts as taken. Sources that callers name are bounded: those that were silent longest are forgotten;
/// the platform's own never are. Not thread-safe.
/// </summary>
internal sealed class TakenNumbers
{
    /// <summary>How far behind a source's highest number another may arrive.</summary>
    public const int Depth = 4096;

    /// <summary>Begins the sources that callers name, and sets them apart from the label logs of endpoints.</summary>
    public const string Given = "given/";

    /// <summary>So many named sources are remembered at least, unless they hold more than <see cref="MostNumbers"/>.</summary>
    public const int MostSources = 10_000;

    /// <summary>So many numbers are held at most, but for one source's.</summary>
    public const int MostNumbers = 4_000_000;

    private readonly Dictionary<string, Source> _sources = new(StringComparer.Ordinal);
    private long _added;
    private long _numbers;

    public bool Contains(string source, long number) =>
        _sources.TryGetValue(source, out var taken) && (number <= taken.Highest - Depth || taken.Recent.Contains(number));

    public void Add(string source, long number)
    {
        if (!_sources.TryGetValue(source, out var taken))
        {
            ForgetSilent();
            _sources.Add(source, taken = new Source());
        }

        _numbers += taken.Recent.Add(number) ? 1 : 0;
        (taken.Highest, taken.LastAdded) = (Math.Max(taken.Highest, number), ++_added);
        if (taken.Recent.Count > 2 * Depth)
        {
            _numbers -= taken.Recent.RemoveWhere(old => old <= taken.Highest - Depth);
        }
    }

    private void ForgetSilent()
    {
        if (_sources.Count < 2 * MostSources && _numbers < MostNumbers)
        {
            return;
        }

        var named = _sources.Where(source => source.Key.StartsWith(Given, StringComparison.Ordinal)).OrderBy(source => source.Value.LastAdded).ToList();
        foreach (var (silent, taken) in named.Take((named.Count + 1) / 2))
        {
            _sources.Remove(silent);
            _numbers -= taken.Recent.Count;
        }
    }

    private sealed class Source
    {
        public HashSet<long> Recent { get; } = [];

        public long Highest { get; set; } = long.MinValue + Depth;

        public long LastAdded { get; set; }
    }
}
