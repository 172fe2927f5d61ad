namespace Orleans.MLOps.Models;

/// <summary>One input of a model.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.signature-column")]
public sealed record SignatureColumn
{
    /// <summary>The feature.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Text when true, number otherwise.</summary>
    [Id(1)]
    public bool Categorical { get; init; }
}
