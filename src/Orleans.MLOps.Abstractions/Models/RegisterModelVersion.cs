using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Models;

/// <summary>
/// Registers an immutable version. Repeating it with the same OperationId gives the same version. A network of the platform has
/// <see cref="Onnx"/>, <see cref="Weights"/>, <see cref="NetworkJson"/> and <see cref="Parity"/>. Any other model that the platform shall serve
/// has one of <see cref="Onnx"/>, <see cref="TorchScript"/> and <see cref="Builtin"/>; a foreign one has none of them, but <see cref="Source"/>.
/// </summary>
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
    public BlobRef? Onnx { get; init; }

    /// <summary>The trained weights as safetensors.</summary>
    [Id(4)]
    public BlobRef? Weights { get; init; }

    /// <summary>The network's specification.</summary>
    [Id(5)]
    public string? NetworkJson { get; init; }

    /// <summary>The inputs, in order.</summary>
    [Id(6)]
    public SignatureColumn[] Signature { get; init; } = [];

    /// <summary>Evidence of the export's parity.</summary>
    [Id(7)]
    public ParityRecord? Parity { get; init; }

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

    /// <summary>The outputs, in order; default the probability for a version of the platform, none for a foreign one.</summary>
    [Id(14)]
    public OutputColumn[] Outputs { get; init; } = [];

    /// <summary>Where the bytes of a foreign model are, such as <c>mlflow-artifacts:/1/abc/artifacts/model</c>; at most 2000 characters without <c>..</c> as a segment.</summary>
    [Id(15)]
    public string? Source { get; init; }

    /// <summary>A link to the run, for people.</summary>
    [Id(16)]
    public string? RunLink { get; init; }

    /// <summary>The logged model it was made from.</summary>
    [Id(17)]
    public string? LoggedModelId { get; init; }

    /// <summary>Who registers it; the name of the key where a door asks for keys.</summary>
    [Id(18)]
    public string? User { get; init; }

    /// <summary>What it is; Markdown, at most 100,000 characters.</summary>
    [Id(19)]
    public string? Description { get; init; }

    /// <summary>Its tags.</summary>
    [Id(20)]
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>Refuse when the registered model does not exist; default false, which makes it.</summary>
    [Id(21)]
    public bool ModelMustExist { get; init; }

    /// <summary>The served bytes of a TorchScript model.</summary>
    [Id(22)]
    public BlobRef? TorchScript { get; init; }

    /// <summary>Name of a model that is part of the silos' program: <c>echo</c>, or one that their host adds with <c>AddMlopsModel</c>.</summary>
    [Id(23)]
    public string? Builtin { get; init; }

    /// <summary>
    /// What the model takes and gives as tensors: needed for TorchScript, whose files do not say; for ONNX default what the file says, which it
    /// must agree with otherwise; not given for others.
    /// </summary>
    [Id(24)]
    public TensorSignature? Tensors { get; init; }

    /// <summary>Its number, above those of all versions that the model ever had; <see cref="FailedPreconditionException"/> otherwise. Default: the next one.</summary>
    [Id(25)]
    public int? Version { get; init; }
}
