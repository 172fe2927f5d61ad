namespace Orleans.MLOps.Models;

/// <summary>A condition on every move of an alias.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.promotion-gate")]
public sealed record PromotionGate
{
    /// <summary>What it asks for.</summary>
    [Id(0)]
    public GateKind Kind { get; init; }

    /// <summary>The metric, where the kind compares one.</summary>
    [Id(1)]
    public string? Metric { get; init; }

    /// <summary>The bound, in the metric's unit; the least difference for BetterThanChampion. Default 0.</summary>
    [Id(2)]
    public double Bound { get; init; }

    /// <summary>BetterThanChampion: a higher metric is the better one; default false, as for a loss.</summary>
    [Id(3)]
    public bool HigherIsBetter { get; init; }
}
