namespace Orleans.MLOps.Features;

/// <summary>One column of a batch of feature values. Exactly one of Numbers and Texts is given.</summary>
[GenerateSerializer, Immutable, Alias("mlops.features.feature-column")]
public sealed record FeatureColumn
{
    /// <summary>The feature.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Numbers; NaN means missing.</summary>
    [Id(1)]
    public double[]? Numbers { get; init; }

    /// <summary>Texts; the empty text means missing.</summary>
    [Id(2)]
    public string[]? Texts { get; init; }
}
