namespace Orleans.MLOps.Monitoring;

/// <summary>The drift of one input or of the output.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.feature-drift-info")]
public sealed record FeatureDriftInfo
{
    /// <summary>The input; `prediction` for the output.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Population stability index against the training profile; absent without enough rows.</summary>
    [Id(1)]
    public double? Psi { get; init; }
}
