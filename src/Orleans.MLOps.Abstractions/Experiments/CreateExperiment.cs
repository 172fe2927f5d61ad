namespace Orleans.MLOps.Experiments;

/// <summary>Creates an experiment, or finds the one of that name.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.create-experiment")]
public sealed record CreateExperiment
{
    /// <summary>The project; default "default".</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The experiment's name, unique in the project, deleted experiments included; 1 to 500 characters.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>Tags to set at once; not read when the experiment is found.</summary>
    [Id(2)]
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>Where clients that upload by themselves put files, as a URI; absent for the platform's own blobs.</summary>
    [Id(3)]
    public string? ArtifactLocation { get; init; }

    /// <summary>Refuses with <see cref="AlreadyExistsException"/> when the name is taken; default false.</summary>
    [Id(4)]
    public bool MustBeNew { get; init; }
}
