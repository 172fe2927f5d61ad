using Orleans.Concurrency;

namespace Orleans.MLOps.Experiments;

/// <summary>An experiment. Key: <see cref="ExperimentKey"/>.</summary>
[Alias("mlops.experiments.experiment-grain")]
public interface IExperimentGrain : IGrainWithStringKey
{
    /// <summary>Deletes or restores the experiment; a deleted one refuses new runs and all writes of its runs. Idempotent.</summary>
    [AlwaysInterleave]
    [Alias("set-lifecycle")]
    Task SetLifecycle(Lifecycle lifecycle, CancellationToken cancellationToken = default);

    /// <summary>The experiment, or null; the dashboard shows it.</summary>
    [AlwaysInterleave]
    [Alias("get-state")]
    Task<ExperimentInfo?> GetState();
}
