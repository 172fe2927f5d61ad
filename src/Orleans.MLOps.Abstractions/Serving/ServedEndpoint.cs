namespace Orleans.MLOps.Serving;

/// <summary>What an endpoint serves, as the silo that was asked answers it.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.served-endpoint")]
public sealed record ServedEndpoint
{
    /// <summary>The endpoint's name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>The registered model.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>Its revision.</summary>
    [Id(2)]
    public int Revision { get; init; }

    /// <summary>The versions asked for, newest first.</summary>
    [Id(3)]
    public ServedVersion[] Versions { get; init; } = [];

    /// <summary>How its requests are batched.</summary>
    [Id(4)]
    public BatchingSpec Batching { get; init; } = new();

    /// <summary>What the shadow has computed; absent without one.</summary>
    [Id(5)]
    public ShadowReport? Shadow { get; init; }

    /// <summary>What the payload log has done; absent when none is kept.</summary>
    [Id(6)]
    public PayloadLogReport? PayloadLog { get; init; }
}
