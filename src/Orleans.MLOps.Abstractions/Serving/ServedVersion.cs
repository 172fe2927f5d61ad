using Orleans.MLOps.Models;

namespace Orleans.MLOps.Serving;

/// <summary>A version that an endpoint serves.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.served-version")]
public sealed record ServedVersion
{
    /// <summary>The version.</summary>
    [Id(0)]
    public int Version { get; init; }

    /// <summary>The variant's name.</summary>
    [Id(1)]
    public required string Variant { get; init; }

    /// <summary>The variant's labels.</summary>
    [Id(2)]
    public string[] Labels { get; init; } = [];

    /// <summary>Its share of the traffic, 0 to 1.</summary>
    [Id(3)]
    public double Share { get; init; }

    /// <summary>What it takes and gives as tensors; columns of a platform's own network are tensors of one dimension each.</summary>
    [Id(4)]
    public required TensorSignature Signature { get; init; }

    /// <summary>What runs it, such as <c>onnxruntime_onnx</c>, <c>pytorch_libtorch</c> or <c>builtin</c>.</summary>
    [Id(5)]
    public required string Platform { get; init; }

    /// <summary>What it has done in this silo since it was loaded.</summary>
    [Id(6)]
    public InferStatistics Statistics { get; init; } = new();
}
