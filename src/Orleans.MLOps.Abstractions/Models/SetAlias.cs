namespace Orleans.MLOps.Models;

/// <summary>Moves an alias by compare-and-set. Repeating it with the same OperationId gives the same result.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.set-alias")]
public sealed record SetAlias
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The registered model.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>The alias; letters, digits, '-' and '_'.</summary>
    [Id(2)]
    public required string Alias { get; init; }

    /// <summary>The version to point to; removes the alias if absent.</summary>
    [Id(3)]
    public int? Version { get; init; }

    /// <summary>The version it must point to now; absent means it must not exist.</summary>
    [Id(4)]
    public int? ExpectedVersion { get; init; }

    /// <summary>Why, for the history.</summary>
    [Id(5)]
    public string? Reason { get; init; }

    /// <summary>Names the command.</summary>
    [Id(6)]
    public required string OperationId { get; init; }
}
