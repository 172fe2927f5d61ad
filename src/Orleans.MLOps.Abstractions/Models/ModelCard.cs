namespace Orleans.MLOps.Models;

/// <summary>The card of a version, Markdown.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.model-card")]
public sealed record ModelCard
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

    /// <summary>Written from what is recorded.</summary>
    [Id(3)]
    public required string Generated { get; init; }

    /// <summary>What somebody wrote instead; absent when nobody did.</summary>
    [Id(4)]
    public string? Edited { get; init; }

    /// <summary>Who wrote it.</summary>
    [Id(5)]
    public string? EditedBy { get; init; }

    /// <summary>When.</summary>
    [Id(6)]
    public DateTimeOffset? EditedAt { get; init; }
}
