namespace Orleans.MLOps.Monitoring;

/// <summary>What became known of the predictions of one version.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.version-outcome")]
public sealed record VersionOutcome
{
    /// <summary>The version.</summary>
    [Id(0)]
    public int Version { get; init; }

    /// <summary>Labelled predictions.</summary>
    [Id(1)]
    public long Labelled { get; init; }

    /// <summary>Those that were right at threshold 0.5.</summary>
    [Id(2)]
    public long Correct { get; init; }

    /// <summary>Mean log loss; absent without labels.</summary>
    [Id(3)]
    public double? LogLoss { get; init; }
}
