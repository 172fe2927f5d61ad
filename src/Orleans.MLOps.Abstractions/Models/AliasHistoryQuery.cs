namespace Orleans.MLOps.Models;

/// <summary>Asks for the moves of a model's aliases, newest first.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.alias-history-query")]
public sealed record AliasHistoryQuery
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The registered model.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>Only this alias; all if absent.</summary>
    [Id(2)]
    public string? Alias { get; init; }

    /// <summary>At most this many, 1 to 1000; default 100.</summary>
    [Id(3)]
    public int Limit { get; init; } = 100;

    /// <summary>Only moves before this sequence number; absent starts with the newest.</summary>
    [Id(4)]
    public long? BeforeSequence { get; init; }
}
