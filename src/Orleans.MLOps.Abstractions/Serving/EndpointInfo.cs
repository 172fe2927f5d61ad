namespace Orleans.MLOps.Serving;

/// <summary>An endpoint as it routes now.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.endpoint-info")]
public sealed record EndpointInfo
{
    /// <summary>The project.</summary>
    [Id(0)]
    public required string Project { get; init; }

    /// <summary>Its name.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>The registered model.</summary>
    [Id(2)]
    public required string Model { get; init; }

    /// <summary>Its variants.</summary>
    [Id(3)]
    public VariantSpec[] Variants { get; init; } = [];

    /// <summary>Name of the feature view.</summary>
    [Id(4)]
    public string? FeatureView { get; init; }

    /// <summary>Its version.</summary>
    [Id(5)]
    public int? FeatureViewVersion { get; init; }

    /// <summary>What its log promises.</summary>
    [Id(6)]
    public LogPolicy LogPolicy { get; init; }

    /// <summary>Counts changes from 1.</summary>
    [Id(7)]
    public int Revision { get; init; }

    /// <summary>The latest changes, oldest first, at most 100.</summary>
    [Id(8)]
    public EndpointChange[] History { get; init; } = [];

    /// <summary>When it last changed.</summary>
    [Id(9)]
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>
    /// True when the store could not be asked just now, so that this is what one silo last knew: another may have changed the endpoint since. Default: false.
    /// </summary>
    [Id(10)]
    public bool Unconfirmed { get; init; }

    /// <summary>How requests are batched.</summary>
    [Id(11)]
    public BatchingSpec Batching { get; init; } = new();

    /// <summary>What it takes.</summary>
    [Id(12)]
    public EndpointLimits Limits { get; init; } = new();

    /// <summary>A version that computes along. Default: none.</summary>
    [Id(13)]
    public ShadowSpec? Shadow { get; init; }

    /// <summary>Which versions it follows; the variants are then what it has come to. Default: none.</summary>
    [Id(14)]
    public VersionPolicy? Versions { get; init; }

    /// <summary>Why it has not come to the newest version by its policy; absent when it has.</summary>
    [Id(15)]
    public LoadFailure? Failure { get; init; }

    /// <summary>What each version must give before it is routed to.</summary>
    [Id(16)]
    public GoldenSample[] GoldenSamples { get; init; } = [];

    /// <summary>How the last canary stands; absent when there was none since the last deployment.</summary>
    [Id(17)]
    public CanaryProgress? Canary { get; init; }

    /// <summary>Which requests are kept with their answers. Default: none.</summary>
    [Id(18)]
    public PayloadLogSpec? PayloadLog { get; init; }

    /// <summary>Since when it is unloaded: it answers nothing, and its plan waits until it is loaded or deployed. Absent when it is not.</summary>
    [Id(19)]
    public DateTimeOffset? UnloadedAt { get; init; }

    /// <summary>The versions of its policy that it leaves out because they cannot be loaded or take other inputs, newest first; each is tried again.</summary>
    [Id(20)]
    public LoadFailure[] Failures { get; init; } = [];
}
