using Orleans.Concurrency;

namespace Orleans.MLOps.Experiments;

/// <summary>An experiment. Key: <see cref="ExperimentKey"/>.</summary>
[Alias("mlops.experiments.experiment-grain")]
public interface IExperimentGrain : IGrainWithStringKey
{
    /// <summary>Renames the experiment or changes its tags, all or nothing. Idempotent unless it removes tags; <see cref="FailedPreconditionException"/> if it is deleted, <see cref="AlreadyExistsException"/> if the name is taken.</summary>
    [AlwaysInterleave]
    [Alias("update")]
    Task<ExperimentInfo> Update(UpdateExperiment command, CancellationToken cancellationToken = default);

    /// <summary>Deletes or restores the experiment; a deleted one refuses new runs and all writes of its runs. Idempotent.</summary>
    [AlwaysInterleave]
    [Alias("set-lifecycle")]
    Task SetLifecycle(Lifecycle lifecycle, CancellationToken cancellationToken = default);

    /// <summary>Removes a deleted experiment for good, with its runs, logged models and files; its name can be used again. Idempotent; <see cref="FailedPreconditionException"/> if it was not deleted.</summary>
    [AlwaysInterleave]
    [Alias("purge")]
    Task Purge(CancellationToken cancellationToken = default);

    /// <summary>The experiment; <see cref="NotFoundException"/> if it does not exist.</summary>
    [AlwaysInterleave]
    [Alias("get")]
    Task<ExperimentInfo> Get(CancellationToken cancellationToken = default);

    /// <summary>The experiment, or null; the dashboard shows it.</summary>
    [AlwaysInterleave]
    [Alias("get-state")]
    Task<ExperimentInfo?> GetState();
}
