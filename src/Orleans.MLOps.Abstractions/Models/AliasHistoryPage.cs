namespace Orleans.MLOps.Models;

/// <summary>Moves of a model's aliases, newest first.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.alias-history-page")]
public sealed record AliasHistoryPage
{
    /// <summary>The moves.</summary>
    [Id(0)]
    public AliasChange[] Changes { get; init; } = [];

    /// <summary>Where the next page goes on; absent after the last.</summary>
    [Id(1)]
    public long? NextBeforeSequence { get; init; }
}
