namespace Orleans.MLOps.Experiments;

/// <summary>Short forms of calls on experiments.</summary>
public static class ExperimentsClientExtensions
{
    /// <summary>Creates an experiment of that name or finds it. Idempotent.</summary>
    public static Task<ExperimentInfo> CreateAsync(
        this IExperimentsClient experiments, string name, string project = "default", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(experiments);
        return experiments.CreateAsync(new CreateExperiment { Project = project, Name = name }, cancellationToken);
    }
}
