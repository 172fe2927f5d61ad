using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>What a monitor knows of its version in a canary, the version's own or one that it stands beside.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.canary-evidence")]
internal sealed record CanaryEvidence
{
    /// <summary>Its predictions since the canary began.</summary>
    [Id(0)]
    public long Rows { get; init; }

    /// <summary>So many of them are needed before anything is said of drift; 0 when there is nothing to measure it against.</summary>
    [Id(1)]
    public long NeededRows { get; init; }

    /// <summary>The index above which the monitor calls a distribution drifted.</summary>
    [Id(2)]
    public double PsiThreshold { get; init; }

    /// <summary>The drift of what has enough rows.</summary>
    [Id(3)]
    public FeatureDriftInfo[] Drift { get; init; } = [];

    /// <summary>What became known of the predictions asked in each step.</summary>
    [Id(4)]
    public VersionOutcome[] Steps { get; init; } = [];
}
