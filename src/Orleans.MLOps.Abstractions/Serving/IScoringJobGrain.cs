using Orleans.Concurrency;

namespace Orleans.MLOps.Serving;

/// <summary>A scoring job. Key: <see cref="ScoringJobKey"/>.</summary>
[Alias("mlops.serving.scoring-job-grain")]
public interface IScoringJobGrain : IGrainWithStringKey
{
    /// <summary>
    /// Starts the job and returns at once. Idempotent by operation id; <see cref="AlreadyExistsException"/> when another operation has the name. Refuses
    /// what cannot be scored before anything is written: <see cref="NotFoundException"/> for an unknown dataset, version, model or endpoint,
    /// <see cref="InvalidInputException"/> for columns that do not fit the model.
    /// </summary>
    [Alias("start")]
    Task<ScoringJobInfo> Start(ScoreDataset command, CancellationToken cancellationToken = default);

    /// <summary>Asks the job to stop. Idempotent; a job that has ended, or whose rows are all scored and joined, stays as it is.</summary>
    [Alias("cancel")]
    Task Cancel(CancellationToken cancellationToken = default);

    /// <summary>Goes on with the partitions that are left when a silo's end interrupted the job; a no-op while it runs or once it has ended.</summary>
    [Alias("resume")]
    Task Resume(CancellationToken cancellationToken = default);

    /// <summary>The job; <see cref="NotFoundException"/> if it does not exist.</summary>
    [AlwaysInterleave]
    [Alias("get")]
    Task<ScoringJobInfo> Get(CancellationToken cancellationToken = default);

    /// <summary>The job, or null; the dashboard shows it.</summary>
    [AlwaysInterleave]
    [Alias("get-state")]
    Task<ScoringJobInfo?> GetState();
}
