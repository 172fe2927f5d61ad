using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Models;

/// <summary>Registers an immutable version. Repeating it with the same OperationId gives the same version.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.register-model-version")]
public sealed record RegisterModelVersion
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The registered model's name; made if it does not exist.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>Names the command.</summary>
    [Id(2)]
    public required string OperationId { get; init; }

    /// <summary>The served bytes.</summary>
    [Id(3)]
    public required BlobRef Onnx { get; init; }

    /// <summary>The trained weights as safetensors.</summary>
    [Id(4)]
    public required BlobRef Weights { get; init; }

    /// <summary>The network's specification.</summary>
    [Id(5)]
    public required string NetworkJson { get; init; }

    /// <summary>The inputs, in order.</summary>
    [Id(6)]
    public SignatureColumn[] Signature { get; init; } = [];

    /// <summary>Evidence of the export's parity.</summary>
    [Id(7)]
    public required ParityRecord Parity { get; init; }

    /// <summary>The training profile that drift is measured against.</summary>
    [Id(8)]
    public BlobRef? Reference { get; init; }

    /// <summary>Key of the training job.</summary>
    [Id(9)]
    public string? Job { get; init; }

    /// <summary>The run.</summary>
    [Id(10)]
    public string? RunId { get; init; }

    /// <summary>Key of the dataset version trained on.</summary>
    [Id(11)]
    public string? DatasetVersion { get; init; }

    /// <summary>Key of the feature view, with its version after a colon.</summary>
    [Id(12)]
    public string? FeatureView { get; init; }

    /// <summary>Quality on the holdout.</summary>
    [Id(13)]
    public Dictionary<string, double> Metrics { get; init; } = [];
}
