namespace Orleans.MLOps.Models;

/// <summary>Changes what may change of a registered model. Repeating it changes nothing more.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.update-model")]
public sealed record UpdateModel
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The registered model.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>The new description; empty removes it, absent leaves it.</summary>
    [Id(2)]
    public string? Description { get; init; }

    /// <summary>Tags to set.</summary>
    [Id(3)]
    public Dictionary<string, string> SetTags { get; init; } = [];

    /// <summary>Tags to remove; those that are not there are ignored.</summary>
    [Id(4)]
    public string[] DeleteTags { get; init; } = [];
}
