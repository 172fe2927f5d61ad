namespace Orleans.MLOps.Models;

/// <summary>Approves a version. Repeating it keeps the first approval and its note.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.approve-version")]
public sealed record ApproveVersion
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

    /// <summary>Who approves; 1 to 200 characters. Where a door asks for keys, the name of the key takes its place.</summary>
    [Id(3)]
    public required string Approver { get; init; }

    /// <summary>Why; at most 1000 characters.</summary>
    [Id(4)]
    public string? Note { get; init; }
}
