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

    /// <summary>
    /// Joins labels to their predictions, keeps them durably and brings the first answers to the windows of the view before it answers. A
    /// batch that is wrong in itself is refused whole. Idempotent: labels sent again count as repeated, whatever became of the call before.
    /// </summary>
    /// <param name="batch">The labels.</param>
    /// <param name="view">Key of the view whose windows the labels feed; null without windows.</param>
    /// <param name="viewVersion">Version of that view; the newest if absent.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="UnavailableException">The log or the windows are away. What is in the log reaches the windows later.</exception>
    [AlwaysInterleave]
    [Alias("join")]
    Task<LabelReply> Join(LabelBatch batch, string? view = null, int? viewVersion = null, CancellationToken cancellationToken = default);

    /// <summary>Where the predictions of a named request were recorded, by whichever silo; null when nowhere. Reads what was logged without being registered.</summary>
    [AlwaysInterleave]
    [Alias("find-operation")]
    Task<RecordedOperation?> FindOperation(Guid operation, CancellationToken cancellationToken = default);

    /// <summary>Labels so far that belong to no logged prediction.</summary>
    [ReadOnly]
    [Alias("count-unknown")]
    Task<long> CountUnknown();
}
