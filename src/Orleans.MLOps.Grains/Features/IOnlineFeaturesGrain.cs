namespace Orleans.MLOps.Grains.Features;

/// <summary>The windows of a feature view as they stand now. Key: <see cref="FeatureViewKey"/>.</summary>
[Alias("mlops.features.online-features-grain")]
internal interface IOnlineFeaturesGrain : IGrainWithStringKey
{
    /// <summary>Applies observations durably and answers questions, both in the order of their times.</summary>
    [Alias("apply")]
    Task<OnlineReply> Apply(OnlineRequest request);
}
