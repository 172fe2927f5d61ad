namespace Orleans.MLOps.Models;

/// <summary>What the gates of an alias say about a version.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.gate-evaluation")]
public sealed record GateEvaluation
{
    /// <summary>The alias or stage.</summary>
    [Id(0)]
    public required string Alias { get; init; }

    /// <summary>The version.</summary>
    [Id(1)]
    public int Version { get; init; }

    /// <summary>The version that the alias holds; absent when it holds none.</summary>
    [Id(2)]
    public int? Champion { get; init; }

    /// <summary>Every gate lets it pass; also when there are none.</summary>
    [Id(3)]
    public bool Passed { get; init; }

    /// <summary>Each gate, in order.</summary>
    [Id(4)]
    public GateResult[] Results { get; init; } = [];

    /// <summary>When it was evaluated.</summary>
    [Id(5)]
    public DateTimeOffset At { get; init; }
}
