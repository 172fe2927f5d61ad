namespace Orleans.MLOps.Models;

/// <summary>Moves an alias back to a version that held it before, past its gates. Repeating it with the same OperationId gives the same result.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.rollback-alias")]
public sealed record RollbackAlias
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The registered model.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>The alias.</summary>
    [Id(2)]
    public required string Alias { get; init; }

    /// <summary>The version it must point to now; absent means whichever it does.</summary>
    [Id(3)]
    public int? ExpectedVersion { get; init; }

    /// <summary>Where it goes; absent means its latest earlier holder that still exists and is Ready. One that never held the alias must pass the gates.</summary>
    [Id(4)]
    public int? ToVersion { get; init; }

    /// <summary>Why, for the history.</summary>
    [Id(5)]
    public string? Reason { get; init; }

    /// <summary>Who asks for it; the name of the key where a door asks for keys.</summary>
    [Id(6)]
    public string? RequestedBy { get; init; }

    /// <summary>Names the command.</summary>
    [Id(7)]
    public required string OperationId { get; init; }
}
