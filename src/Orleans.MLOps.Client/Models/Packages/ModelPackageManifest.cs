using System.Text.Json.Serialization;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>What a package says of the version that it holds. As JSON it is the package's <c>manifest.json</c> and an OCI artifact's configuration.</summary>
public sealed record ModelPackageManifest
{
    /// <summary>The format; <see cref="ModelPackageFormat.Version"/>, the default, is the only one allowed.</summary>
    public int FormatVersion { get; init; } = ModelPackageFormat.Version;

    /// <summary>The project that the version was exported from.</summary>
    public required string Project { get; init; }

    /// <summary>The registered model that it was exported from.</summary>
    public required string Model { get; init; }

    /// <summary>Its number there, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>SHA-256 of the safetensors bytes, or of the ONNX file of a model of tensors: the model's identity.</summary>
    public required string Digest { get; init; }

    /// <summary>When the version was registered, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The inputs of a network, in order; none for a model of tensors.</summary>
    public required SignatureColumn[] Signature { get; init; }

    /// <summary>The outputs, in order; default none.</summary>
    public OutputColumn[] Outputs { get; init; } = [];

    /// <summary>What a model of tensors takes and gives, as its ONNX file says; absent for a network of the platform.</summary>
    public TensorSignature? Tensors { get; init; }

    /// <summary>
    /// The network's specification as JSON: its preprocessing and its layout. In the manifest it stands as an object; absent for a model of tensors.
    /// </summary>
    [JsonPropertyName("network")]
    [JsonConverter(typeof(JsonTextConverter))]
    public string? NetworkJson { get; init; }

    /// <summary>Evidence of the export's parity; absent for a model of tensors that was registered without.</summary>
    public ParityRecord? Parity { get; init; }

    /// <summary>Quality on the holdout; default none.</summary>
    public Dictionary<string, double> Metrics { get; init; } = [];

    /// <summary>Where the version comes from; default nothing.</summary>
    public ModelPackageLineage Lineage { get; init; } = new();

    /// <summary>The other files of the package, in the order of <see cref="ModelPackageFormat.Entries"/>.</summary>
    public required ModelPackageEntry[] Entries { get; init; }

    /// <summary>The version for messages.</summary>
    internal string Title => $"Version {Version} of model '{Model}'";

    /// <summary>The file of that name, or null if the package has none.</summary>
    public ModelPackageEntry? Find(string name) => Array.Find(Entries, entry => entry.Name == name);
}
