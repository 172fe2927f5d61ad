namespace Orleans.MLOps.Models;

/// <summary>The tensors that a model takes and gives.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.tensor-signature")]
public sealed record TensorSignature
{
    /// <summary>The inputs, in order.</summary>
    [Id(0)]
    public TensorSpec[] Inputs { get; init; } = [];

    /// <summary>The outputs, in order.</summary>
    [Id(1)]
    public TensorSpec[] Outputs { get; init; } = [];
}
