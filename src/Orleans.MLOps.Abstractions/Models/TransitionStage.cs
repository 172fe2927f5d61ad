namespace Orleans.MLOps.Models;

/// <summary>Moves a version into a stage, through the gates that are set for the stage's name. Repeating it changes nothing.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.transition-stage")]
public sealed record TransitionStage
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The registered model.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>The version.</summary>
    [Id(2)]
    public int Version { get; init; }

    /// <summary>The stage.</summary>
    [Id(3)]
    public ModelStage Stage { get; init; }

    /// <summary>Archive the other versions of that stage; only with Staging and Production. Default false.</summary>
    [Id(4)]
    public bool ArchiveExisting { get; init; }

    /// <summary>Who asks for it; the name of the key where a door asks for keys.</summary>
    [Id(5)]
    public string? RequestedBy { get; init; }

    /// <summary>Metrics of a verdict, as in SetAlias.</summary>
    [Id(6)]
    public Dictionary<string, double> Evidence { get; init; } = [];
}
