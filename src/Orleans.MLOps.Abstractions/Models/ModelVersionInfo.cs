using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Models;

/// <summary>
/// A model version. What it was registered with never changes; description, tags, stage, aliases and approvals do. A version with
/// <see cref="Onnx"/>, <see cref="TorchScript"/> or <see cref="Builtin"/> can serve; one without is a foreign model that is only pointed to by
/// <see cref="Source"/>.
/// </summary>
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

    /// <summary>SHA-256 of the safetensors bytes, or of the served ones where there are none: the model's identity; absent for a foreign or builtin model.</summary>
    [Id(3)]
    public string? Digest { get; init; }

    /// <summary>Whether it may serve.</summary>
    [Id(4)]
    public ModelVersionStatus Status { get; init; }

    /// <summary>The served bytes; absent for a foreign model.</summary>
    [Id(5)]
    public BlobRef? Onnx { get; init; }

    /// <summary>The trained weights as safetensors; absent for a foreign model.</summary>
    [Id(6)]
    public BlobRef? Weights { get; init; }

    /// <summary>The network's specification; absent for a foreign model.</summary>
    [Id(7)]
    public string? NetworkJson { get; init; }

    /// <summary>The inputs, in order.</summary>
    [Id(8)]
    public SignatureColumn[] Signature { get; init; } = [];

    /// <summary>Evidence of the export's parity; absent for a foreign model.</summary>
    [Id(9)]
    public ParityRecord? Parity { get; init; }

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

    /// <summary>The outputs, in order.</summary>
    [Id(17)]
    public OutputColumn[] Outputs { get; init; } = [];

    /// <summary>Where the bytes of a foreign model are.</summary>
    [Id(18)]
    public string? Source { get; init; }

    /// <summary>A link to the run, for people.</summary>
    [Id(19)]
    public string? RunLink { get; init; }

    /// <summary>The logged model it was made from.</summary>
    [Id(20)]
    public string? LoggedModelId { get; init; }

    /// <summary>Who registered it.</summary>
    [Id(21)]
    public string? User { get; init; }

    /// <summary>What it is; Markdown.</summary>
    [Id(22)]
    public string? Description { get; init; }

    /// <summary>Its tags.</summary>
    [Id(23)]
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>Its stage, for clients of MLflow.</summary>
    [Id(24)]
    public ModelStage Stage { get; init; }

    /// <summary>The aliases that point to it, in order of names.</summary>
    [Id(25)]
    public string[] Aliases { get; init; } = [];

    /// <summary>Who approved it, in order of time.</summary>
    [Id(26)]
    public ModelApproval[] Approvals { get; init; } = [];

    /// <summary>When description or stage changed last.</summary>
    [Id(27)]
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The served bytes of a TorchScript model.</summary>
    [Id(28)]
    public BlobRef? TorchScript { get; init; }

    /// <summary>Name of a model that is part of the silos' program, such as <c>echo</c>.</summary>
    [Id(29)]
    public string? Builtin { get; init; }

    /// <summary>What it takes and gives as tensors; absent for a network of the platform, which has <see cref="Signature"/>, and for a foreign model.</summary>
    [Id(30)]
    public TensorSignature? Tensors { get; init; }
}
