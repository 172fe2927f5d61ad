namespace Orleans.MLOps.Grains.Features;

/// <summary>
/// Which numbers of each source were taken in. Numbers arrive nearly in order: what lies further than <see cref="Depth"/>
/// below a source's highest counts as taken. Not thread-safe.
/// </summary>
internal sealed class TakenNumbers
{
    /// <summary>How far behind a source's highest number another may arrive.</summary>
    public const int Depth = 4096;

    private readonly Dictionary<string, (HashSet<long> Recent, long Highest)> _sources = new(StringComparer.Ordinal);

    public bool Contains(string source, long number) =>
        _sources.TryGetValue(source, out var taken) && (number <= taken.Highest - Depth || taken.Recent.Contains(number));

    public void Add(string source, long number)
    {
        var (recent, highest) = _sources.TryGetValue(source, out var taken) ? taken : ([], long.MinValue + Depth);
        recent.Add(number);
        highest = Math.Max(highest, number);
        if (recent.Count > 2 * Depth)
        {
            recent.RemoveWhere(old => old <= highest - Depth);
        }

        _sources[source] = (recent, highest);
    }
}
