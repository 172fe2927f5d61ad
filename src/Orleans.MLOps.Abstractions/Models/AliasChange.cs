namespace Orleans.MLOps.Models;

/// <summary>One move of an alias.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.alias-change")]
public sealed record AliasChange
{
    /// <summary>The alias.</summary>
    [Id(0)]
    public required string Alias { get; init; }

    /// <summary>Where it pointed.</summary>
    [Id(1)]
    public int? From { get; init; }

    /// <summary>Where it points.</summary>
    [Id(2)]
    public int? To { get; init; }

    /// <summary>Why.</summary>
    [Id(3)]
    public string? Reason { get; init; }

    /// <summary>When.</summary>
    [Id(4)]
    public DateTimeOffset At { get; init; }
}
