namespace Orleans.MLOps.Serving;

/// <summary>Creates or changes an endpoint. Repeating it with the same OperationId gives the same result; another command under that id is refused with AlreadyExists.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.deploy-endpoint")]
public sealed record DeployEndpoint
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The endpoint's name.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>The registered model.</summary>
    [Id(2)]
    public required string Model { get; init; }

    /// <summary>The variants; at least one with a weight above 0. None where <see cref="Versions"/> says which.</summary>
    [Id(3)]
    public VariantSpec[] Variants { get; init; } = [];

    /// <summary>Name of the feature view whose windows are computed online, in the version that the model was trained with; none if absent.</summary>
    [Id(4)]
    public string? FeatureView { get; init; }

    /// <summary>What its log promises; default Sampled.</summary>
    [Id(5)]
    public LogPolicy LogPolicy { get; init; }

    /// <summary>The revision it must have now; no check if absent.</summary>
    [Id(6)]
    public int? ExpectedRevision { get; init; }

    /// <summary>Why, for the history.</summary>
    [Id(7)]
    public string? Reason { get; init; }

    /// <summary>Names the command.</summary>
    [Id(8)]
    public required string OperationId { get; init; }

    /// <summary>How requests are batched.</summary>
    [Id(9)]
    public BatchingSpec Batching { get; init; } = new();

    /// <summary>What it takes.</summary>
    [Id(10)]
    public EndpointLimits Limits { get; init; } = new();

    /// <summary>A version that computes along. Default: none.</summary>
    [Id(11)]
    public ShadowSpec? Shadow { get; init; }

    /// <summary>Serve the newest versions as they are registered, instead of named variants. Default: none.</summary>
    [Id(12)]
    public VersionPolicy? Versions { get; init; }

    /// <summary>What each version must give before it is routed to, now and when the endpoint follows later versions; at most 32 samples of 1 MB together. Default: none.</summary>
    [Id(13)]
    public GoldenSample[] GoldenSamples { get; init; } = [];

    /// <summary>Brings a new version in by steps beside <see cref="Variants"/>, which are what is served now. Default: none.</summary>
    [Id(14)]
    public CanarySpec? Canary { get; init; }

    /// <summary>Which requests are kept with their answers. Default: none.</summary>
    [Id(15)]
    public PayloadLogSpec? PayloadLog { get; init; }
}
