using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>What became known of the predictions of a version that were asked since a moment.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.outcomes-since")]
internal sealed record OutcomesSince
{
    [Id(0)]
    public required VersionOutcome Outcome { get; init; }

    /// <summary>Some have left the monitor's window.</summary>
    [Id(1)]
    public bool HasLostSome { get; init; }
}
