namespace Orleans.MLOps.Experiments;

/// <summary>Creates an experiment, or finds the one of that name.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.create-experiment")]
public sealed record CreateExperiment
{
    /// <summary>The project; default "default".</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The experiment's name, unique in the project.</summary>
    [Id(1)]
    public required string Name { get; init; }
}
