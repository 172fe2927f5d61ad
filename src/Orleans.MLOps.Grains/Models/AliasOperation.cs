namespace Orleans.MLOps.Grains.Models;

/// <summary>An alias command that was carried out.</summary>
[GenerateSerializer, Immutable, Alias("mlops.state.alias-operation")]
internal sealed record AliasOperation
{
    [Id(0)]
    public required string OperationId { get; init; }

    [Id(1)]
    public required string Alias { get; init; }

    [Id(2)]
    public int? From { get; init; }

    [Id(3)]
    public int? To { get; init; }
}
