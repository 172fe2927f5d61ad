using Orleans.Concurrency;

namespace Orleans.MLOps.Training;

/// <summary>A training job. Key: <see cref="JobKey"/>.</summary>
[Alias("mlops.training.training-job-grain")]
public interface ITrainingJobGrain : IGrainWithStringKey
{
    /// <summary>Starts the job and returns at once. Idempotent for the same spec. Refuses a spec that contradicts itself.</summary>
    [Alias("start")]
    Task<TrainingJobInfo> Start(TrainingJobSpec spec, CancellationToken cancellationToken = default);

    /// <summary>Asks the job to stop at its next step. Idempotent; ended jobs stay as they are.</summary>
    [AlwaysInterleave]
    [Alias("cancel")]
    Task Cancel(CancellationToken cancellationToken = default);

    /// <summary>Goes on from the last checkpoint when a restart interrupted the job; a no-op while it runs or once it has ended.</summary>
    [AlwaysInterleave]
    [Alias("resume")]
    Task Resume(CancellationToken cancellationToken = default);

    /// <summary>The job; <see cref="NotFoundException"/> if it does not exist.</summary>
    [AlwaysInterleave]
    [Alias("get")]
    Task<TrainingJobInfo> Get(CancellationToken cancellationToken = default);

    /// <summary>The job, or null; the dashboard shows it.</summary>
    [AlwaysInterleave]
    [Alias("get-state")]
    Task<TrainingJobInfo?> GetState();
}
