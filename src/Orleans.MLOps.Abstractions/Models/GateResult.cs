namespace Orleans.MLOps.Models;

/// <summary>What one gate found.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.gate-result")]
public sealed record GateResult
{
    /// <summary>The gate.</summary>
    [Id(0)]
    public required PromotionGate Gate { get; init; }

    /// <summary>Whether it lets the version pass.</summary>
    [Id(1)]
    public bool Passed { get; init; }

    /// <summary>The figures in words.</summary>
    [Id(2)]
    public required string Detail { get; init; }

    /// <summary>What was measured for the version.</summary>
    [Id(3)]
    public double? Value { get; init; }

    /// <summary>What it was compared with: the bound, or the present holder's value.</summary>
    [Id(4)]
    public double? Reference { get; init; }
}
