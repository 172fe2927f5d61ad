using Orleans.MLOps.Models;

namespace Orleans.MLOps.Serving;

/// <summary>A dense tensor.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.tensor")]
public sealed record Tensor
{
    /// <summary>Name of the input or output.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Type of its elements.</summary>
    [Id(1)]
    public TensorType Type { get; init; }

    /// <summary>Its dimensions, each 0 or more; none for a single value.</summary>
    [Id(2)]
    public long[] Shape { get; init; } = [];

    /// <summary>
    /// Its elements as raw contents of the Open Inference Protocol: row-major, little-endian, without padding; an element of
    /// <see cref="TensorType.Bytes"/> is its length as an unsigned 32-bit number, then its bytes. Nobody may change them.
    /// </summary>
    [Id(3)]
    public byte[] Data { get; init; } = [];
}
