namespace Orleans.MLOps.Models;

/// <summary>Moves an alias by compare-and-set, through its gates. Repeating it with the same OperationId gives the same result.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.set-alias")]
public sealed record SetAlias
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The registered model.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>The alias: 1 to 255 letters and digits of any script, '-' and '_'; not <c>latest</c>, nor <c>v</c> with a number.</summary>
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

    /// <summary>Who asks for the move; the name of the key where a door asks for keys.</summary>
    [Id(7)]
    public string? RequestedBy { get; init; }

    /// <summary>Metrics of a verdict that the gates go by before those of the version; <c>champion.</c> before a name is the present holder's on the same holdout.</summary>
    [Id(8)]
    public Dictionary<string, double> Evidence { get; init; } = [];

    /// <summary>Move it from wherever it is; ExpectedVersion is then absent. Default false.</summary>
    [Id(9)]
    public bool FromAnywhere { get; init; }
}
