namespace Orleans.MLOps.Models;

/// <summary>The gates of one alias.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.alias-gates")]
public sealed record AliasGates
{
    /// <summary>The alias, or a stage's name for moves into that stage.</summary>
    [Id(0)]
    public required string Alias { get; init; }

    /// <summary>All must pass; in the order in which they were set.</summary>
    [Id(1)]
    public PromotionGate[] Gates { get; init; } = [];

    /// <summary>Who set them.</summary>
    [Id(2)]
    public string? SetBy { get; init; }

    /// <summary>When.</summary>
    [Id(3)]
    public DateTimeOffset SetAt { get; init; }
}
