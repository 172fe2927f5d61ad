using Orleans.Concurrency;

namespace Orleans.MLOps.Grains.Features;

/// <summary>
/// The windows of a feature view as they stand now, in the memory of one silo over a log of observations. Key: <see cref="FeatureViewKey"/> of the view.
/// </summary>
[Alias("mlops.features.online-features-grain")]
internal interface IOnlineFeaturesGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes observations in and answers queries, merged by their times: what became available at or before a query's instant is
    /// applied before it. Observations of a numbered source count once, however often they are sent; others count each time.
    /// </summary>
    /// <exception cref="InvalidInputException">Arrays of different lengths, a value that is not finite, or an observation of the future; nothing was taken in.</exception>
    /// <exception cref="NotFoundException">The view or its version does not exist.</exception>
    [Alias("apply")]
    Task<OnlineReply> Apply(OnlineRequest request);

    /// <summary>What is in memory; the dashboard shows it.</summary>
    [ReadOnly]
    [Alias("get-state")]
    Task<OnlineSummary> GetState();
}
