namespace Orleans.MLOps.Models;

/// <summary>One output of a model.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.output-column")]
public sealed record OutputColumn
{
    /// <summary>Its name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Its type, such as double.</summary>
    [Id(1)]
    public required string Type { get; init; }
}
