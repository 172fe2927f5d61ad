using Orleans.MLOps.Client.Models.Packages;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Tests.Models.Packages;

/// <summary>A model of tensors, and the package of it: a file that says <c>numeric</c> FP32 [-1, 1], <c>categories</c> INT64 [-1, 1] and <c>probability</c> FP32 [-1, 1].</summary>
public static class TensorPackage
{
    private static readonly TabularNetworkSpec Network = TabularNetworkSpec.Parse(SamplePackage.Manifest().NetworkJson!);

    /// <summary>A model of the sample repository: 16 numbers in, one out.</summary>
    public static byte[] Mlp { get; } =
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "..", "samples", "models", "mlp", "1", "model.onnx"));

    public static byte[] Onnx { get; } = OnnxExporter.Export(Network, WeightInitializer.Create(Network, 5));

    public static TensorSignature Tensors { get; } = new()
    {
        Inputs =
        [
            new() { Name = "numeric", Type = TensorType.Float32, Shape = [-1, 1] },
            new() { Name = "categories", Type = TensorType.Int64, Shape = [-1, 1] },
        ],
        Outputs = [new() { Name = "probability", Type = TensorType.Float32, Shape = [-1, 1] }],
    };

    public static Dictionary<string, byte[]> Contents(byte[]? onnx = null) => new()
    {
        [ModelPackageFormat.Card] = "# scores\n"u8.ToArray(),
        [ModelPackageFormat.Onnx] = onnx ?? Onnx,
    };

    public static ModelPackageManifest Manifest(Dictionary<string, byte[]>? contents = null) => new()
    {
        Project = "default",
        Model = "scores",
        Version = 2,
        Digest = SamplePackage.Sha256((contents ?? Contents()).GetValueOrDefault(ModelPackageFormat.Onnx) ?? []),
        CreatedAt = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
        Signature = [],
        Tensors = Tensors,
        Metrics = new() { ["mse"] = 0.5 },
        Entries = [.. (contents ?? Contents()).Select(content => new ModelPackageEntry { Name = content.Key, Sha256 = SamplePackage.Sha256(content.Value), Length = content.Value.Length })],
    };

    public static Task<byte[]> WriteAsync(Dictionary<string, byte[]>? contents = null, ModelPackageManifest? manifest = null)
    {
        contents ??= Contents();
        return SamplePackage.WriteAsync(contents, manifest ?? Manifest(contents));
    }

    public static async Task<ModelPackage> OpenAsync(Dictionary<string, byte[]>? contents = null, ModelPackageManifest? manifest = null) =>
        ModelPackage.Open(new MemoryStream(await WriteAsync(contents, manifest)), cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>The version as a platform has it that it was registered with.</summary>
    public static ModelVersionInfo Version(Func<byte[], BlobRef> add) => new()
    {
        Project = "default",
        Model = "scores",
        Version = 1,
        Digest = SamplePackage.Sha256(Onnx),
        Onnx = add(Onnx),
        Tensors = Tensors,
        Metrics = new() { ["mse"] = 0.5 },
        RunId = new('a', 32),
        CreatedAt = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
    };
}
