namespace Orleans.MLOps.Models;

/// <summary>Gives a registered model another name. Refused once a version carried weights, because endpoints and jobs name it.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.rename-model")]
public sealed record RenameModel
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The registered model.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>The new name.</summary>
    [Id(2)]
    public required string NewName { get; init; }
}
