using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>What gates go by.</summary>
internal sealed record GateFacts
{
    public required ModelVersionInfo Candidate { get; init; }

    /// <summary>The candidate's metrics: its own, and its run's where it has none of that name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The version that holds the alias now.</summary>
    public ModelVersionInfo? Champion { get; init; }

    public IReadOnlyDictionary<string, double> ChampionMetrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The verdict that came with the command.</summary>
    public IReadOnlyDictionary<string, double> Evidence { get; init; } = new Dictionary<string, double>();

    public string? RequestedBy { get; init; }
}
