namespace Orleans.MLOps.Serving;

/// <summary>
/// Brings a new version in by steps: each step gives it a share of the traffic, and it advances when its guards hold, or goes back to what was
/// served before when one does not. Guards compare what all silos counted since the step began.
/// </summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.canary-spec")]
public sealed record CanarySpec
{
    /// <summary>The new version. It gets the variant name <c>canary</c> and the label <c>canary</c> unless a variant has them.</summary>
    [Id(0)]
    public int Version { get; init; }

    /// <summary>Its share of the traffic in each step, ascending, above 0 and at most 1; a last step of 1 is added where it is missing. Default: none given, which means 0.05, 0.25, 0.5, 1.</summary>
    [Id(1)]
    public double[] Steps { get; init; } = [];

    /// <summary>So long each step lasts at least, above 0 and up to 7 days. Default: 5 minutes.</summary>
    [Id(2)]
    public TimeSpan StepDuration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>So many requests the canary must have answered or failed in a step before it advances; 1 or more. Default: 100.</summary>
    [Id(3)]
    public long MinimumRequests { get; init; } = 100;

    /// <summary>Share of its requests that may fail in a step beyond the share that fails at the other versions, 0 to 1; looked at from 20 requests on. Default: 0.01.</summary>
    [Id(4)]
    public double MaximumErrorRate { get; init; } = 0.01;

    /// <summary>So many times the mean time of the other versions its own may be; at least 1, 0 for no guard. Default: 2.</summary>
    [Id(5)]
    public double MaximumLatencyRatio { get; init; } = 2;

    /// <summary>
    /// An alert that the canary's monitor raises (drift of its inputs or outputs, quality, calibration) sends it back. Monitors judge whole days of labels,
    /// so this is for canaries of days; <see cref="StopOnDrift"/> and <see cref="StopOnQuality"/> look at what came since the canary began. Default: true.
    /// </summary>
    [Id(6)]
    public bool StopOnAlert { get; init; } = true;

    /// <summary>
    /// It goes back when the population stability index of its predictions or of an input, since the canary began and against its training, is over the
    /// threshold of the endpoint's monitor and so far above that of the version with most traffic before. Measured from the monitor's minimum of rows on (of
    /// distributions of many bins from more), and before these have come the canary does not advance. For versions that were registered with a reference. Default: true.
    /// </summary>
    [Id(7)]
    public bool StopOnDrift { get; init; } = true;

    /// <summary>
    /// It goes back when the labels of what was asked since the canary began say that it is right less often than the version with most traffic before, by a
    /// comparison that may be looked at again and again; each needs 100 labels. Default: true.
    /// </summary>
    [Id(8)]
    public bool StopOnQuality { get; init; } = true;

    /// <summary>How sure <see cref="StopOnQuality"/> must be, 0.5 up to below 1: a canary that is as good goes back with the rest of the chance at most. Default: 0.95.</summary>
    [Id(9)]
    public double QualityConfidence { get; init; } = 0.95;
}
