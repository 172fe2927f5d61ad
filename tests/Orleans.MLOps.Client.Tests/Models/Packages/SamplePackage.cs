using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orleans.MLOps.Client.Models.Packages;

namespace Orleans.MLOps.Client.Tests.Models.Packages;

/// <summary>A small version and the package of it.</summary>
public static class SamplePackage
{
    public static byte[] Weights { get; } = SafeTensors([1.5f, -2f, 0.25f]);

    public static Dictionary<string, byte[]> Contents() => new()
    {
        [ModelPackageFormat.Card] = Encoding.UTF8.GetBytes("# churn\n"),
        [ModelPackageFormat.Weights] = Weights,
        [ModelPackageFormat.Onnx] = [8, 9, 10, 11],
        [ModelPackageFormat.Reference] = [1, 2, 3],
    };

    public static ModelPackageManifest Manifest(Dictionary<string, byte[]>? contents = null) => new()
    {
        Project = "default",
        Model = "churn",
        Version = 3,
        Digest = Sha256((contents ?? Contents()).GetValueOrDefault(ModelPackageFormat.Weights) ?? []),
        CreatedAt = new(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(2)),
        Signature = [new() { Name = "tenure" }, new() { Name = "contract", Categorical = true }],
        Outputs = [new() { Name = "probability", Type = "double" }],
        NetworkJson = """{"numeric":[{"name":"tenure","mean":32.4,"scale":24.5}],"categorical":[{"name":"contract","vocabulary":["month","\u00DF"],"embeddingSize":2}],"hidden":[4]}""",
        Parity = new() { Rows = 1000, MaxAbsoluteDifference = 2e-7, Passed = true },
        Metrics = new() { ["accuracy"] = 0.81, ["auc"] = 0.84, ["log_loss"] = double.NaN, ["odd"] = double.NegativeInfinity },
        Lineage = new() { RunId = new('a', 32), DatasetVersion = $"dataset/default/churn@{new string('b', 64)}", FeatureView = "view/default/customers:2" },
        Entries = [.. (contents ?? Contents()).Select(content => new ModelPackageEntry { Name = content.Key, Sha256 = Sha256(content.Value), Length = content.Value.Length })],
    };

    public static async Task<byte[]> WriteAsync(Dictionary<string, byte[]>? contents = null, ModelPackageManifest? manifest = null)
    {
        contents ??= Contents();
        using var target = new MemoryStream();
        await ModelPackageWriter.WriteAsync(
            manifest ?? Manifest(contents), (entry, stream, token) => stream.WriteAsync(contents[entry.Name], token).AsTask(), target, TestContext.Current.CancellationToken);
        return target.ToArray();
    }

    public static async Task<ModelPackage> OpenAsync(Dictionary<string, byte[]>? contents = null) =>
        ModelPackage.Open(new MemoryStream(await WriteAsync(contents)), cancellationToken: TestContext.Current.CancellationToken);

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static byte[] SafeTensors(float[] values)
    {
        var header = Encoding.UTF8.GetBytes($$$"""{"w":{"dtype":"F32","shape":[{{{values.Length}}}],"data_offsets":[0,{{{values.Length * 4}}}]}}""");
        var file = new byte[8 + header.Length + (values.Length * 4)];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        header.CopyTo(file, 8);
        Buffer.BlockCopy(values, 0, file, 8 + header.Length, values.Length * 4);
        return file;
    }
}
