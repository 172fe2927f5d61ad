namespace Orleans.MLOps.Grains.Features;

/// <summary>
/// Which numbers of each source were taken in. Numbers arrive nearly in order: what lies further than <see cref="Depth"/>
/// below a source's highest counts as taken. Of more than <see cref="MostSources"/> sources those that were silent longest are forgotten.
/// Not thread-safe.
/// </summary>
internal sealed class TakenNumbers
{
    /// <summary>How far behind a source's highest number another may arrive.</summary>
    public const int Depth = 4096;

    /// <summary>So many sources are remembered at least: label logs, and the sessions that sent observations last.</summary>
    public const int MostSources = 10_000;

    private readonly Dictionary<string, Source> _sources = new(StringComparer.Ordinal);
    private long _added;

    public bool Contains(string source, long number) =>
        _sources.TryGetValue(source, out var taken) && (number <= taken.Highest - Depth || taken.Recent.Contains(number));

    public void Add(string source, long number)
    {
        if (!_sources.TryGetValue(source, out var taken))
        {
            ForgetSilent();
            _sources.Add(source, taken = new Source());
        }

        taken.Recent.Add(number);
        (taken.Highest, taken.LastAdded) = (Math.Max(taken.Highest, number), ++_added);
        if (taken.Recent.Count > 2 * Depth)
        {
            taken.Recent.RemoveWhere(old => old <= taken.Highest - Depth);
        }
    }

    private void ForgetSilent()
    {
        if (_sources.Count < 2 * MostSources)
        {
            return;
        }

        foreach (var (silent, _) in _sources.OrderBy(source => source.Value.LastAdded).Take(MostSources).ToList())
        {
            _sources.Remove(silent);
        }
    }

    private sealed class Source
    {
        public HashSet<long> Recent { get; } = [];

        public long Highest { get; set; } = long.MinValue + Depth;

        public long LastAdded { get; set; }
    }
}
