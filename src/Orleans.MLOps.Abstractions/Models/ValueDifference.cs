namespace Orleans.MLOps.Models;

/// <summary>A number of two versions.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.value-difference")]
public sealed record ValueDifference
{
    /// <summary>Its name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>The first version's; absent when it has none.</summary>
    [Id(1)]
    public double? Left { get; init; }

    /// <summary>The second version's; absent when it has none.</summary>
    [Id(2)]
    public double? Right { get; init; }
}
