namespace Orleans.MLOps.Experiments;

/// <summary>A logged model.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.logged-model-info")]
public sealed record LoggedModelInfo
{
    /// <summary><c>m-</c> and 32 hex digits.</summary>
    [Id(0)]
    public required string ModelId { get; init; }

    /// <summary>The experiment.</summary>
    [Id(1)]
    public long ExperimentId { get; init; }

    /// <summary>Its name.</summary>
    [Id(2)]
    public required string Name { get; init; }

    /// <summary>Its type.</summary>
    [Id(3)]
    public string? ModelType { get; init; }

    /// <summary>The run that made it.</summary>
    [Id(4)]
    public string? SourceRunId { get; init; }

    /// <summary>How far its upload is.</summary>
    [Id(5)]
    public LoggedModelStatus Status { get; init; }

    /// <summary>Whether it was deleted.</summary>
    [Id(6)]
    public Lifecycle Lifecycle { get; init; }

    /// <summary>When it was made.</summary>
    [Id(7)]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    [Id(8)]
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Params; write-once.</summary>
    [Id(9)]
    public Dictionary<string, string> Params { get; init; } = [];

    /// <summary>Tags.</summary>
    [Id(10)]
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>The newest value of each metric by run and dataset.</summary>
    [Id(11)]
    public ModelMetric[] Metrics { get; init; } = [];

    /// <summary>Its experiment's artifact location; absent for the platform's own blobs.</summary>
    [Id(12)]
    public string? ArtifactLocation { get; init; }

    /// <summary>The versions that were registered from it, in order of names and numbers.</summary>
    [Id(13)]
    public ModelRegistration[] Registrations { get; init; } = [];
}
