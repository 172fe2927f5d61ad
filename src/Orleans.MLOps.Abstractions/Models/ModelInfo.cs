namespace Orleans.MLOps.Models;

/// <summary>A registered model.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.model-info")]
public sealed record ModelInfo
{
    /// <summary>The project.</summary>
    [Id(0)]
    public required string Project { get; init; }

    /// <summary>Its name.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>The newest version that exists; 0 when there is none.</summary>
    [Id(2)]
    public int LatestVersion { get; init; }

    /// <summary>Its aliases.</summary>
    [Id(3)]
    public ModelAlias[] Aliases { get; init; } = [];

    /// <summary>The latest moves of its aliases, oldest first, at most 200.</summary>
    [Id(4)]
    public AliasChange[] History { get; init; } = [];

    /// <summary>When it was made.</summary>
    [Id(5)]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What it is for; Markdown.</summary>
    [Id(6)]
    public string? Description { get; init; }

    /// <summary>Its tags.</summary>
    [Id(7)]
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>When description, name, versions or stages changed last.</summary>
    [Id(8)]
    public DateTimeOffset UpdatedAt { get; init; }
}
