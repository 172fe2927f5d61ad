namespace Orleans.MLOps.Models;

/// <summary>A text of two versions.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.text-difference")]
public sealed record TextDifference
{
    /// <summary>Its name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>The first version's; absent when it has none.</summary>
    [Id(1)]
    public string? Left { get; init; }

    /// <summary>The second version's; absent when it has none.</summary>
    [Id(2)]
    public string? Right { get; init; }
}
