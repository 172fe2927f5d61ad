using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>
/// What a running generation of a job pushes to the job's grain. Every call says its generation; false or null means that another one has taken over
/// or the job is to end: nothing was changed, and the caller must stop.
/// </summary>
[Alias("mlops.serving.scoring-job-control")]
internal interface IScoringJobControl : IGrainWithStringKey
{
    /// <summary>The generation waits for something. Not stored.</summary>
    [Alias("waiting")]
    Task<bool> Waiting(int generation, string reason, CancellationToken cancellationToken = default);

    /// <summary>Partitions are dealt out.</summary>
    [Alias("started")]
    Task<bool> Started(int generation, CancellationToken cancellationToken = default);

    /// <summary>A partition is scored; durable when it returns. Gives the part that counts, which another attempt may have made.</summary>
    [Alias("scored")]
    Task<ScoringPart?> Scored(int generation, int partition, ScoringPart part, CancellationToken cancellationToken = default);

    /// <summary>All rows are in one file; durable when it returns.</summary>
    [Alias("joined")]
    Task<bool> Joined(int generation, StagedBlob joined, CancellationToken cancellationToken = default);

    /// <summary>The generation has ended.</summary>
    [Alias("ended")]
    Task<bool> Ended(int generation, ScoringOutcome outcome, CancellationToken cancellationToken = default);
}
