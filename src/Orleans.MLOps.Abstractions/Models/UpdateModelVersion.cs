namespace Orleans.MLOps.Models;

/// <summary>Changes what may change of a version. Repeating it changes nothing more.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.update-model-version")]
public sealed record UpdateModelVersion
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

    /// <summary>The new description; empty removes it, absent leaves it.</summary>
    [Id(3)]
    public string? Description { get; init; }

    /// <summary>Tags to set.</summary>
    [Id(4)]
    public Dictionary<string, string> SetTags { get; init; } = [];

    /// <summary>Tags to remove; those that are not there are ignored.</summary>
    [Id(5)]
    public string[] DeleteTags { get; init; } = [];
}
