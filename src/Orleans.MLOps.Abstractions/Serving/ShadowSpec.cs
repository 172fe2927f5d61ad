namespace Orleans.MLOps.Serving;

/// <summary>A version that computes copies of the traffic without anyone waiting for it. Its differences from what was answered are recorded.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.shadow-spec")]
public sealed record ShadowSpec
{
    /// <summary>The version.</summary>
    [Id(0)]
    public int Version { get; init; }

    /// <summary>Share of the requests that it gets; above 0, at most 1. Default: 1.</summary>
    [Id(1)]
    public double Share { get; init; } = 1;

    /// <summary>Outputs differ when any element does by more than Tolerance + Tolerance * |answered|. Default: 1e-5.</summary>
    [Id(2)]
    public double Tolerance { get; init; } = 1e-5;
}
