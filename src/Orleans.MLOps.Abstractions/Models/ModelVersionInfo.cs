using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Models;

/// <summary>An immutable model version.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.model-version-info")]
public sealed record ModelVersionInfo
{
    /// <summary>The project.</summary>
    [Id(0)]
    public required string Project { get; init; }

    /// <summary>The registered model.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>Counts from 1.</summary>
    [Id(2)]
    public int Version { get; init; }

    /// <summary>SHA-256 of the safetensors bytes: the model's identity.</summary>
    [Id(3)]
    public required string Digest { get; init; }

    /// <summary>Whether it may serve.</summary>
    [Id(4)]
    public ModelVersionStatus Status { get; init; }

    /// <summary>The served bytes.</summary>
    [Id(5)]
    public required BlobRef Onnx { get; init; }

    /// <summary>The trained weights as safetensors.</summary>
    [Id(6)]
    public required BlobRef Weights { get; init; }

    /// <summary>The network's specification.</summary>
    [Id(7)]
    public required string NetworkJson { get; init; }

    /// <summary>The inputs, in order.</summary>
    [Id(8)]
    public SignatureColumn[] Signature { get; init; } = [];

    /// <summary>Evidence of the export's parity.</summary>
    [Id(9)]
    public required ParityRecord Parity { get; init; }

    /// <summary>The training profile that drift is measured against.</summary>
    [Id(10)]
    public BlobRef? Reference { get; init; }

    /// <summary>Key of the training job.</summary>
    [Id(11)]
    public string? Job { get; init; }

    /// <summary>The run.</summary>
    [Id(12)]
    public string? RunId { get; init; }

    /// <summary>Key of the dataset version trained on.</summary>
    [Id(13)]
    public string? DatasetVersion { get; init; }

    /// <summary>Key of the feature view, with its version after a colon.</summary>
    [Id(14)]
    public string? FeatureView { get; init; }

    /// <summary>Quality on the holdout.</summary>
    [Id(15)]
    public Dictionary<string, double> Metrics { get; init; } = [];

    /// <summary>When it was registered.</summary>
    [Id(16)]
    public DateTimeOffset CreatedAt { get; init; }
}
