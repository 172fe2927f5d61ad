namespace Orleans.MLOps.Models;

/// <summary>Makes a registered model without versions. Repeating it gives the model that is there, unless it must be new.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.create-model")]
public sealed record CreateModel
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>Its name, 1 to 200 characters.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>What it is for; Markdown, at most 100,000 characters.</summary>
    [Id(2)]
    public string? Description { get; init; }

    /// <summary>Its tags.</summary>
    [Id(3)]
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>Refuse when the model exists; default false.</summary>
    [Id(4)]
    public bool MustBeNew { get; init; }
}
