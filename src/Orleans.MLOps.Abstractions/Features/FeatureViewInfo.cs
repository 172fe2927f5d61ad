namespace Orleans.MLOps.Features;

/// <summary>A version of a feature view's definition.</summary>
[GenerateSerializer, Immutable, Alias("mlops.features.feature-view-info")]
public sealed record FeatureViewInfo
{
    /// <summary>The definition.</summary>
    [Id(0)]
    public required FeatureViewDefinition Definition { get; init; }

    /// <summary>Counts from 1.</summary>
    [Id(1)]
    public int Version { get; init; }

    /// <summary>SHA-256 over the canonical definition.</summary>
    [Id(2)]
    public required string Digest { get; init; }

    /// <summary>When it was applied.</summary>
    [Id(3)]
    public DateTimeOffset CreatedAt { get; init; }
}
