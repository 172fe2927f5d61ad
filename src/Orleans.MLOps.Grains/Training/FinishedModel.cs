using Orleans.MLOps.Datasets;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Training;

/// <summary>A trained model with everything that a version needs.</summary>
internal sealed record FinishedModel
{
    public required byte[] Onnx { get; init; }

    public required BlobRef OnnxBlob { get; init; }

    public required byte[] Reference { get; init; }

    public required ParityRecord Parity { get; init; }

    /// <summary>Quality on the holdout; empty without one.</summary>
    public required Dictionary<string, double> Metrics { get; init; }
}
