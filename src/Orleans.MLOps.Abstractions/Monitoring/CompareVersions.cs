namespace Orleans.MLOps.Monitoring;

/// <summary>Asks which of two versions that serve an endpoint side by side answers better, by the labels of their predictions.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.compare-versions")]
public sealed record CompareVersions
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The endpoint.</summary>
    [Id(1)]
    public required string Endpoint { get; init; }

    /// <summary>The version that is compared with; it must have traffic now.</summary>
    [Id(2)]
    public int Baseline { get; init; }

    /// <summary>The version in question; it must have traffic now.</summary>
    [Id(3)]
    public int Candidate { get; init; }

    /// <summary>Chance that no verdict is ever wrong while the versions are equally good, 0.5 up to below 1. Default: 0.95.</summary>
    [Id(4)]
    public double Confidence { get; init; } = 0.95;
}
