namespace Orleans.MLOps.Experiments;

/// <summary>An experiment.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.experiment-info")]
public sealed record ExperimentInfo
{
    /// <summary>Its number; 0 is the one named Default that is always there.</summary>
    [Id(0)]
    public long ExperimentId { get; init; }

    /// <summary>The project.</summary>
    [Id(1)]
    public required string Project { get; init; }

    /// <summary>Its name.</summary>
    [Id(2)]
    public required string Name { get; init; }

    /// <summary>Whether it accepts writes.</summary>
    [Id(3)]
    public Lifecycle Lifecycle { get; init; }

    /// <summary>When it was made.</summary>
    [Id(4)]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    [Id(5)]
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Tags.</summary>
    [Id(6)]
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>Where clients that upload by themselves put files; absent for the platform's own blobs.</summary>
    [Id(7)]
    public string? ArtifactLocation { get; init; }
}
