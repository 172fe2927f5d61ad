using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Orleans.MLOps.Client.Models.Packages;

namespace Orleans.MLOps.Client.Tests.Models.Packages;

/// <summary>Packages that somebody made on purpose.</summary>
public sealed class HostilePackageTests
{
    [Theory]
    [InlineData("weights.pkl")]
    [InlineData("model.pt")]
    [InlineData("pytorch_model.bin")]
    [InlineData("data.pkl/")]
    [InlineData("../card.md")]
    [InlineData("/card.md")]
    [InlineData("..\\card.md")]
    [InlineData("./card.md")]
    [InlineData("Card.md")]
    [InlineData("card.md\0.pkl")]
    [InlineData(" ")]
    public async Task Open_UnknownFile_IsRefusedByName(string name)
    {
        var bytes = await ZipAsync(files => files.Add((name, [1])));

        Assert.Contains($"'{name}'", Refuse(bytes, name).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("weights.safetensors")]
    public async Task Open_FileTwice_IsRefused(string name) =>
        Assert.Contains("twice", Refuse(await ZipAsync(files => files.Add((name, [1]))), name).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("card.md")]
    [InlineData("weights.safetensors")]
    [InlineData("model.onnx")]
    public async Task Open_FileMissing_IsRefused(string name) => Refuse(await ZipAsync(files => files.RemoveAll(file => file.Name == name)), name);

    [Fact]
    public async Task Open_FileThatTheManifestDoesNotName_IsRefused()
    {
        var contents = SamplePackage.Contents();
        contents.Remove(ModelPackageFormat.Reference);
        var bytes = await ZipAsync(files => files.Add((ModelPackageFormat.Reference, [1])), contents);

        Assert.Contains("does not name", Refuse(bytes, ModelPackageFormat.Reference).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_CompressedBomb_IsRefusedUnread()
    {
        var bytes = await ZipAsync(files => Replace(files, ModelPackageFormat.Onnx, new byte[50_000_000]), level: CompressionLevel.SmallestSize);

        Assert.Contains("not compressed", Refuse(bytes, ModelPackageFormat.Manifest).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_FileOfAnotherLength_IsDataLoss() => Lose(await ZipAsync(files => Replace(files, ModelPackageFormat.Onnx, new byte[5])), ModelPackageFormat.Onnx);

    [Fact]
    public async Task Open_FileOfOtherBytes_IsDataLoss() => Lose(await ZipAsync(files => Replace(files, ModelPackageFormat.Reference, [1, 2, 4])), ModelPackageFormat.Reference);

    [Fact]
    public async Task Open_PickleNamedWeights_IsRefused()
    {
        var contents = SamplePackage.Contents();
        contents[ModelPackageFormat.Weights] = [0x80, 4, .. Encoding.UTF8.GetBytes("cposix\nsystem\n(S'id'\ntR.")];

        Assert.Contains("safetensors", Refuse(await SamplePackage.WriteAsync(contents), ModelPackageFormat.Weights).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_EmptyWeights_AreRefused()
    {
        var contents = SamplePackage.Contents();
        contents[ModelPackageFormat.Weights] = [];

        Refuse(await SamplePackage.WriteAsync(contents), ModelPackageFormat.Weights);
    }

    [Fact]
    public async Task Open_MillionsOfFiles_IsRefusedBeforeTheyAreListed()
    {
        var bytes = await ZipAsync(files => files.AddRange(Enumerable.Range(0, 20_000).Select(i => ($"{i}", Array.Empty<byte>()))));

        Assert.Contains("list of files", Refuse(bytes, "package").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_ManifestTooLong_IsRefused()
    {
        var bytes = await ZipAsync(files => Replace(files, ModelPackageFormat.Manifest, new byte[ModelPackageFormat.LongestManifest + 1]));

        Assert.Contains($"{ModelPackageFormat.LongestManifest + 1}", Refuse(bytes, ModelPackageFormat.Manifest).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("formatVersion", "2")]
    [InlineData("formatVersion", "0")]
    [InlineData("formatVersion", "null")]
    [InlineData("formatVersion", "\"1\"")]
    [InlineData("formatVersion", "99999999999")]
    [InlineData("model", "null")]
    [InlineData("model", "\"\"")]
    [InlineData("version", "0")]
    [InlineData("version", "1e3")]
    [InlineData("digest", "\"0000000000000000000000000000000000000000000000000000000000000000\"")]
    [InlineData("createdAt", "\"yesterday\"")]
    [InlineData("signature", "null")]
    [InlineData("signature", "[null]")]
    [InlineData("outputs", "[null]")]
    [InlineData("network", "null")]
    [InlineData("network", "\"{}\"")]
    [InlineData("parity", "null")]
    [InlineData("metrics", "null")]
    [InlineData("metrics", "{\"a\":null}")]
    [InlineData("lineage", "null")]
    [InlineData("entries", "[]")]
    [InlineData("entries", "[null]")]
    [InlineData("entries", "null")]
    public async Task Open_ManifestWithWrongValue_IsRefused(string property, string value)
    {
        var bytes = await WithManifestAsync(manifest => manifest[property] = JsonNode.Parse(value));

        Assert.Throws<InvalidInputException>(() => Open(bytes));
    }

    [Theory]
    [InlineData("name", "\"../x\"")]
    [InlineData("name", "\"manifest.json\"")]
    [InlineData("name", "\"card.md\"")]
    [InlineData("sha256", "\"../../../../etc/passwd\"")]
    [InlineData("sha256", "\"ABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCD\"")]
    [InlineData("length", "-1")]
    [InlineData("length", "9223372036854775808")]
    public async Task Open_ManifestWithWrongEntry_IsRefused(string property, string value)
    {
        var bytes = await WithManifestAsync(manifest => manifest["entries"]![1]![property] = JsonNode.Parse(value));

        Refuse(bytes, ModelPackageFormat.Manifest);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"formatVersion\":1,\"formatVersion\":1}")]
    [InlineData("")]
    public async Task Open_ManifestThatIsNone_IsRefused(string json) =>
        Refuse(await ZipAsync(files => Replace(files, ModelPackageFormat.Manifest, Encoding.UTF8.GetBytes(json))), ModelPackageFormat.Manifest);

    [Fact]
    public async Task Open_ManifestNestedDeep_IsRefused()
    {
        var json = $"{{\"formatVersion\":1,\"network\":{string.Concat(Enumerable.Repeat("{\"a\":", 100_000))}1{new string('}', 100_001)}";

        Refuse(await ZipAsync(files => Replace(files, ModelPackageFormat.Manifest, Encoding.UTF8.GetBytes(json))), ModelPackageFormat.Manifest);
    }

    [Fact]
    public async Task Open_ManifestWithMoreThanIsKnown_Opens()
    {
        using var package = Open(await WithManifestAsync(manifest => manifest["later"] = new JsonObject()));

        Assert.Equal("churn", package.Manifest.Model);
    }

    private static Task<byte[]> WithManifestAsync(Action<JsonNode> change) => ZipAsync(files =>
    {
        var manifest = JsonNode.Parse(files.Single(file => file.Name == ModelPackageFormat.Manifest).Content)!;
        change(manifest);
        Replace(files, ModelPackageFormat.Manifest, Encoding.UTF8.GetBytes(manifest.ToJsonString()));
    });

    /// <summary>A package written by other means.</summary>
    private static async Task<byte[]> ZipAsync(
        Action<List<(string Name, byte[] Content)>> change, Dictionary<string, byte[]>? contents = null, CompressionLevel level = CompressionLevel.NoCompression)
    {
        var files = new List<(string Name, byte[] Content)>();
        using (var package = await SamplePackage.OpenAsync(contents))
        {
            files.Add((ModelPackageFormat.Manifest, package.ReadEntry(ModelPackageFormat.Manifest)));
            files.AddRange(package.Manifest.Entries.Select(entry => (entry.Name, package.ReadEntry(entry.Name))));
        }

        change(files);
        using var stream = new MemoryStream();
        await using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                await using var entry = await zip.CreateEntry(name, level).OpenAsync(TestContext.Current.CancellationToken);
                await entry.WriteAsync(content, TestContext.Current.CancellationToken);
            }
        }

        return stream.ToArray();
    }

    private static void Replace(List<(string Name, byte[] Content)> files, string name, byte[] content) =>
        files[files.FindIndex(file => file.Name == name)] = (name, content);

    private static ModelPackage Open(byte[] bytes) => ModelPackage.Open(new MemoryStream(bytes), cancellationToken: TestContext.Current.CancellationToken);

    private static InvalidInputException Refuse(byte[] bytes, string field)
    {
        var error = Assert.Throws<InvalidInputException>(() => Open(bytes));
        Assert.Equal(field, error.Field);
        return error;
    }

    private static void Lose(byte[] bytes, string field) => Assert.Equal(field, Assert.Throws<DataLossException>(() => Open(bytes)).Field);
}
