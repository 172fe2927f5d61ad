namespace Orleans.MLOps.Learning.Models;

/// <summary>One dimension of an ONNX input or output: of a fixed size, or of any size under a name that all dimensions of that size share.</summary>
internal readonly record struct OnnxDimension(long Size, string? Name = null)
{
    public static OnnxDimension Batch { get; } = new(-1, "batch");

    public static implicit operator OnnxDimension(long size) => new(size);
}
