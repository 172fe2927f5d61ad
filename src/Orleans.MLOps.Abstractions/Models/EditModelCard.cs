namespace Orleans.MLOps.Models;

/// <summary>Writes a card over the generated one. Repeating it changes nothing more.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.edit-model-card")]
public sealed record EditModelCard
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

    /// <summary>Markdown, at most 100,000 characters; absent goes back to the generated card.</summary>
    [Id(3)]
    public string? Text { get; init; }

    /// <summary>Who writes it.</summary>
    [Id(4)]
    public string? EditedBy { get; init; }
}
