using Orleans.MLOps.Statistics.Quality;

namespace Orleans.MLOps.Server.Demo;

/// <summary>Keeps every answered question of the replay and scores the four forecasters on them.</summary>
internal sealed class ScoreBook(long seed)
{
    private readonly List<Entry> _entries = [];

    public int Count => _entries.Count;

    public void Add(Flight flight, double platform, double frozen, double baseRate, double previousHour) => _entries.Add(new Entry(
        DateOnly.FromDateTime(FlightFacts.Local(flight.Departure).DateTime), flight.IsLate, platform, frozen, baseRate, previousHour));

    /// <summary>Mean log loss of platform and frozen model over the latest answers, for progress lines.</summary>
    public (double Platform, double Frozen) Recent(int latest)
    {
        var from = Math.Max(0, _entries.Count - latest);
        var (platform, frozen) = (0.0, 0.0);
        for (var i = from; i < _entries.Count; i++)
        {
            platform += LogLoss.Of(_entries[i].Platform, _entries[i].Late);
            frozen += LogLoss.Of(_entries[i].Frozen, _entries[i].Late);
        }

        var count = Math.Max(1, _entries.Count - from);
        return (platform / count, frozen / count);
    }

    public IReadOnlyList<PeriodScores> Score() =>
    [
        .. _entries.GroupBy(entry => new DateOnly(entry.Day.Year, entry.Day.Month, 1))
            .OrderBy(month => month.Key)
            .Where(month => month.Count() > 1)
            .Select(month => Score(month.Key.ToString("MMMM"), [.. month])),
        Score("all", _entries),
    ];

    private PeriodScores Score(string name, List<Entry> entries)
    {
        bool[] late = [.. entries.Select(entry => entry.Late)];
        var bootstrap = new PairedBlockBootstrap();
        foreach (var entry in entries)
        {
            bootstrap.Add(entry.Day, LogLoss.Of(entry.Platform, entry.Late) - LogLoss.Of(entry.Frozen, entry.Late));
        }

        return new PeriodScores
        {
            Name = name,
            Platform = BinaryQuality.Measure([.. entries.Select(entry => entry.Platform)], late),
            Frozen = BinaryQuality.Measure([.. entries.Select(entry => entry.Frozen)], late),
            BaseRateLogLoss = entries.Average(entry => LogLoss.Of(entry.BaseRate, entry.Late)),
            PreviousHourLogLoss = entries.Average(entry => LogLoss.Of(entry.PreviousHour, entry.Late)),
            Difference = bootstrap.Judge((ulong)seed, widenForFewBlocks: true),
        };
    }

    private readonly record struct Entry(DateOnly Day, bool Late, double Platform, double Frozen, double BaseRate, double PreviousHour);
}
