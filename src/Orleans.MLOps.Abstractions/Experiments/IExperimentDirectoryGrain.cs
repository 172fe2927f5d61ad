using Orleans.Concurrency;

namespace Orleans.MLOps.Experiments;

/// <summary>The experiments of a project, by name. Key: <see cref="ExperimentDirectoryKey"/>.</summary>
[Alias("mlops.experiments.experiment-directory-grain")]
public interface IExperimentDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Creates an experiment or finds the one of that name. Idempotent.</summary>
    [Alias("create")]
    Task<ExperimentInfo> Create(CreateExperiment command, CancellationToken cancellationToken = default);

    /// <summary>The experiment of that name; <see cref="NotFoundException"/> if there is none.</summary>
    [ReadOnly]
    [Alias("find")]
    Task<ExperimentInfo> Find(string name, CancellationToken cancellationToken = default);
}
