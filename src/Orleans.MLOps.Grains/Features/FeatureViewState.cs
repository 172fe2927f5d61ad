using Orleans.MLOps.Features;

namespace Orleans.MLOps.Grains.Features;

[GenerateSerializer, Alias("mlops.state.feature-view")]
internal sealed class FeatureViewState
{
    /// <summary>Definition versions, oldest first.</summary>
    [Id(0)]
    public List<FeatureViewInfo> Versions { get; set; } = [];

    /// <summary>Frames by what they were made of; the newest <see cref="FeatureViewGrain.KeptFrames"/>.</summary>
    [Id(1)]
    public List<KeyValuePair<string, FeatureFrame>> Frames { get; set; } = [];
}
