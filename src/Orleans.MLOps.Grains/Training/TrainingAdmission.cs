using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Learning.Training;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>Checks everything that a job names before anything of it is written.</summary>
internal sealed class TrainingAdmission(TrainingExecutor executor, SiloDirectory silos, TrainingFrameCheck frames, TrainingPreparation preparation, IGrainFactory grains)
{
    /// <summary>Admits a spec; afterwards its experiment exists.</summary>
    /// <returns>The experiment of the job's run.</returns>
    /// <exception cref="InvalidInputException">The spec contradicts itself or its frame.</exception>
    /// <exception cref="NotFoundException">The frame, the version to start from or the experiment does not exist.</exception>
    /// <exception cref="FailedPreconditionException">The experiment is deleted.</exception>
    public async Task<long> AdmitAsync(TrainingJobSpec spec, CancellationToken cancellationToken)
    {
        // Silos come and go: a job that is too large for those of a cluster waits for more.
        TrainingSpecCheck.Run(spec, silos.IsAlone ? executor.Slots : int.MaxValue);
        var known = spec.ExperimentId is { } id ? await FindAsync(id) : null;
        await preparation.FindWarmStartAsync(spec, cancellationToken);
        await frames.RunAsync(spec, cancellationToken);
        var experiment = known ?? await grains.GetGrain<IExperimentDirectoryGrain>(new ExperimentDirectoryKey(spec.Project, spec.Name).ToString())
            .Create(new CreateExperiment { Project = spec.Project, Name = spec.Name }, cancellationToken);
        return experiment.Lifecycle == Lifecycle.Active
            ? experiment.ExperimentId
            : throw new FailedPreconditionException(
                $"Experiment {experiment.ExperimentId} is deleted and accepts no runs; restore it or name another.", "experiment_id");
    }

    private async Task<ExperimentInfo> FindAsync(long experimentId) =>
        await grains.GetGrain<IExperimentGrain>(new ExperimentKey(experimentId).ToString()).GetState()
        ?? throw new NotFoundException($"Experiment {experimentId} does not exist.", "experiment_id");
}
