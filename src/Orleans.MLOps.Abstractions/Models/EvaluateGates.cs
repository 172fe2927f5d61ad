namespace Orleans.MLOps.Models;

/// <summary>Asks what the gates of an alias would say. Changes nothing.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.evaluate-gates")]
public sealed record EvaluateGates
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The registered model.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>The version that would be pointed to.</summary>
    [Id(2)]
    public int Version { get; init; }

    /// <summary>The alias or stage.</summary>
    [Id(3)]
    public required string Alias { get; init; }

    /// <summary>Who would ask for the move.</summary>
    [Id(4)]
    public string? RequestedBy { get; init; }

    /// <summary>Metrics of a verdict, as in SetAlias.</summary>
    [Id(5)]
    public Dictionary<string, double> Evidence { get; init; } = [];
}
