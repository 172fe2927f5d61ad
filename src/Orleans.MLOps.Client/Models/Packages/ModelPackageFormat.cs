namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>What stands in a model package, a file that ends in <c>.mlops.zip</c>: names, version and bounds.</summary>
public static class ModelPackageFormat
{
    /// <summary>The version that is written and read.</summary>
    public const int Version = 1;

    /// <summary>How a package's file name ends.</summary>
    public const string Extension = ".mlops.zip";

    /// <summary>The manifest, a <see cref="ModelPackageManifest"/> as JSON. Its SHA-256 is the package's digest.</summary>
    public const string Manifest = "manifest.json";

    /// <summary>The model card in Markdown.</summary>
    public const string Card = "card.md";

    /// <summary>The trained weights of a network of the platform as safetensors; their SHA-256 is its identity.</summary>
    public const string Weights = "weights.safetensors";

    /// <summary>The served network, absent where one cannot be exported; for a model of tensors the model itself, whose SHA-256 is its identity.</summary>
    public const string Onnx = "model.onnx";

    /// <summary>The training profile that drift is measured against; absent where a version has none.</summary>
    public const string Reference = "reference.bin";

    /// <summary>Bytes of the largest manifest: 4 MiB, which is also what registries take as an artifact's configuration.</summary>
    public const int LongestManifest = 4 * 1024 * 1024;

    /// <summary>Bytes of the largest card: 400,000, enough for the 100,000 characters that a registry takes.</summary>
    public const int LongestCard = 400_000;

    /// <summary>The entries beside the manifest, in the order in which they are written. There are no others.</summary>
    public static IReadOnlyList<string> Entries { get; } = [Card, Weights, Onnx, Reference];
}
