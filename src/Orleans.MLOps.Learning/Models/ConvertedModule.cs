namespace Orleans.MLOps.Learning.Models;

/// <summary>A module as an ONNX file, and how far the file is from the module.</summary>
public sealed record ConvertedModule
{
    /// <summary>The file's bytes.</summary>
    public required ReadOnlyMemory<byte> Onnx { get; init; }

    /// <summary>The comparison; a file that did not pass must not serve.</summary>
    public required ParityReport Parity { get; init; }
}
