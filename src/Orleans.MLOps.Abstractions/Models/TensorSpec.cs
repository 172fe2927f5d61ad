namespace Orleans.MLOps.Models;

/// <summary>A tensor that a model takes or gives.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.tensor-spec")]
public sealed record TensorSpec
{
    /// <summary>Its name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Type of its elements.</summary>
    [Id(1)]
    public TensorType Type { get; init; }

    /// <summary>Its dimensions; -1 for one of any length, the batch first where there is one.</summary>
    [Id(2)]
    public long[] Shape { get; init; } = [];

    /// <summary>An input that may be left out. Default: false.</summary>
    [Id(3)]
    public bool Optional { get; init; }
}
