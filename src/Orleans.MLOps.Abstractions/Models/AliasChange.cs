namespace Orleans.MLOps.Models;

/// <summary>One move of an alias.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.alias-change")]
public sealed record AliasChange
{
    /// <summary>The alias.</summary>
    [Id(0)]
    public required string Alias { get; init; }

    /// <summary>Where it pointed.</summary>
    [Id(1)]
    public int? From { get; init; }

    /// <summary>Where it points.</summary>
    [Id(2)]
    public int? To { get; init; }

    /// <summary>Why.</summary>
    [Id(3)]
    public string? Reason { get; init; }

    /// <summary>When.</summary>
    [Id(4)]
    public DateTimeOffset At { get; init; }

    /// <summary>Counts all moves of all models, later ones higher.</summary>
    [Id(5)]
    public long Sequence { get; init; }

    /// <summary>Who asked for it.</summary>
    [Id(6)]
    public string? RequestedBy { get; init; }

    /// <summary>It went back to an earlier holder.</summary>
    [Id(7)]
    public bool Rollback { get; init; }

    /// <summary>What the gates said; absent without gates, and in <see cref="ModelInfo.History"/>.</summary>
    [Id(8)]
    public GateEvaluation? Evaluation { get; init; }

    /// <summary>The verdict that came with the command; empty in <see cref="ModelInfo.History"/>.</summary>
    [Id(9)]
    public Dictionary<string, double> Evidence { get; init; } = [];
}
