using Orleans.MLOps.Features;

namespace Orleans.MLOps.Grains.Features;

/// <summary>A frame and what it was made of.</summary>
[GenerateSerializer, Immutable, Alias("mlops.state.cached-frame")]
internal sealed record CachedFrame
{
    [Id(0)]
    public required FrameInputs Inputs { get; init; }

    [Id(1)]
    public required FeatureFrame Frame { get; init; }
}
