namespace Orleans.MLOps.Models;

/// <summary>Replaces the gates of one alias. Repeating it changes nothing.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.set-gates")]
public sealed record SetGates
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The registered model.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>The alias, or Staging, Production or Archived for moves into that stage.</summary>
    [Id(2)]
    public required string Alias { get; init; }

    /// <summary>All must pass; none lifts the gates. At most 32.</summary>
    [Id(3)]
    public PromotionGate[] Gates { get; init; } = [];

    /// <summary>Who sets them; the name of the key where a door asks for keys.</summary>
    [Id(4)]
    public string? RequestedBy { get; init; }
}
