using Orleans.Concurrency;
using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>The labels of one endpoint: the single writer of its label log. Key: <see cref="EndpointKey"/>.</summary>
[Alias("mlops.monitoring.label-grain")]
internal interface ILabelGrain : IGrainWithStringKey
{
    /// <summary>Makes sealed predictions known; labels that came before are joined now. Idempotent.</summary>
    [AlwaysInterleave]
    [Alias("register")]
    Task Register(PendingPredictions batch);

    /// <summary>Joins labels to their predictions and keeps them durably before it answers; the caller then brings the first answers to the windows of the view. A batch that is wrong in itself is refused whole.</summary>
    [AlwaysInterleave]
    [Alias("join")]
    Task<JoinedLabels> Join(LabelBatch batch, string? view = null, CancellationToken cancellationToken = default);

    /// <summary>Labels so far that belong to no logged prediction.</summary>
    [ReadOnly]
    [Alias("count-unknown")]
    Task<long> CountUnknown();
}
