using Orleans.MLOps.Features;

namespace Orleans.MLOps.Grains.Features;

/// <summary>A view's definitions in the order of their versions, and the frames made of them, the newest last.</summary>
[GenerateSerializer, Alias("mlops.state.feature-view")]
internal sealed class FeatureViewState
{
    public const int RememberedFrames = 64;

    [Id(0)]
    public List<FeatureViewInfo> Versions { get; set; } = [];

    [Id(1)]
    public List<CachedFrame> Frames { get; set; } = [];

    /// <summary>Keeps a frame and forgets the oldest beyond <see cref="RememberedFrames"/>.</summary>
    public void Remember(CachedFrame frame)
    {
        Frames.RemoveAll(other => other.Inputs == frame.Inputs);
        Frames.Add(frame);
        Frames.RemoveRange(0, Math.Max(0, Frames.Count - RememberedFrames));
    }
}
