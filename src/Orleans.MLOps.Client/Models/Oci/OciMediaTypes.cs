using Orleans.MLOps.Client.Models.Packages;

namespace Orleans.MLOps.Client.Models.Oci;

/// <summary>The media types of a model in a registry.</summary>
public static class OciMediaTypes
{
    /// <summary>The artifact's type.</summary>
    public const string Artifact = "application/vnd.orleans.mlops.model.v1";

    /// <summary>The configuration: the package's <c>manifest.json</c>, so its digest is the package's digest.</summary>
    public const string Config = "application/vnd.orleans.mlops.model.config.v1+json";

    /// <summary>The layer of <c>weights.safetensors</c>.</summary>
    public const string Weights = "application/vnd.orleans.mlops.model.weights.v1";

    /// <summary>The layer of <c>model.onnx</c>.</summary>
    public const string Onnx = "application/vnd.orleans.mlops.model.onnx.v1";

    /// <summary>The layer of <c>reference.bin</c>.</summary>
    public const string Reference = "application/vnd.orleans.mlops.model.reference.v1";

    /// <summary>The layer of <c>card.md</c>.</summary>
    public const string Card = "text/markdown";

    /// <summary>The manifest that holds configuration and layers together.</summary>
    public const string ImageManifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>The type of an entry's layer.</summary>
    internal static string Layer(string entry) => entry switch
    {
        ModelPackageFormat.Weights => Weights,
        ModelPackageFormat.Onnx => Onnx,
        ModelPackageFormat.Reference => Reference,
        _ => Card,
    };
}
