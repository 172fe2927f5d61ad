using Orleans.Concurrency;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>
/// What a running generation of a job pushes to the job's grain. Every call says its generation; false means that another one has
/// taken over, nothing was changed, and the caller must stop.
/// </summary>
[Alias("mlops.training.training-job-control")]
internal interface ITrainingJobControl : IGrainWithStringKey
{
    /// <summary>Threads are not to be had yet. Not stored.</summary>
    [AlwaysInterleave]
    [Alias("waiting")]
    Task<bool> Waiting(int generation, string reason, CancellationToken cancellationToken = default);

    /// <summary>The threads are taken on these silos; durable when it returns.</summary>
    [AlwaysInterleave]
    [Alias("started")]
    Task<bool> Started(int generation, ShardPlacement[] placement, CancellationToken cancellationToken = default);

    /// <summary>Steps were made. Not stored: a restart goes on from the checkpoint anyway.</summary>
    [AlwaysInterleave]
    [Alias("progressed")]
    Task<bool> Progressed(int generation, JobProgress progress, CancellationToken cancellationToken = default);

    /// <summary>A checkpoint is stored; durable when it returns.</summary>
    [AlwaysInterleave]
    [Alias("checkpointed")]
    Task<bool> Checkpointed(int generation, long step, BlobRef checkpoint, CancellationToken cancellationToken = default);

    /// <summary>The trained weights are stored; a restart needs no training any more.</summary>
    [AlwaysInterleave]
    [Alias("trained")]
    Task<bool> Trained(int generation, JobProgress progress, BlobRef weights, CancellationToken cancellationToken = default);

    /// <summary>Something that the generation needs is away, or it was taken for an earlier one; the job goes on under the next one, from its last checkpoint.</summary>
    [AlwaysInterleave]
    [Alias("interrupted")]
    Task<bool> Interrupted(int generation, CancellationToken cancellationToken = default);

    /// <summary>The generation has ended.</summary>
    [AlwaysInterleave]
    [Alias("ended")]
    Task<bool> Ended(int generation, JobOutcome outcome, CancellationToken cancellationToken = default);
}
