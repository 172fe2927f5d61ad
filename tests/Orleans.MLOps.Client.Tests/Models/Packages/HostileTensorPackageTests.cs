using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Orleans.MLOps.Client.Models.Packages;
using Orleans.MLOps.Client.Serving;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Tests.Models.Packages;

/// <summary>Packages of models of tensors that somebody made on purpose.</summary>
public sealed class HostileTensorPackageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tensors", "null")]
    [InlineData("tensors", "[]")]
    [InlineData("tensors", "{\"inputs\":null}")]
    [InlineData("tensors", "{\"inputs\":[null]}")]
    [InlineData("tensors", "{\"outputs\":[null]}")]
    [InlineData("tensors", "{\"inputs\":[{}]}")]
    [InlineData("tensors", "{\"inputs\":[{\"name\":null,\"type\":\"FP32\"}]}")]
    [InlineData("tensors", "{\"inputs\":[{\"name\":\"x\"}]}")]
    [InlineData("tensors", "{\"inputs\":[{\"name\":\"x\",\"type\":\"NONE\"}]}")]
    [InlineData("tensors", "{\"inputs\":[{\"name\":\"x\",\"type\":\"fp32\"}]}")]
    [InlineData("tensors", "{\"inputs\":[{\"name\":\"x\",\"type\":11}]}")]
    [InlineData("tensors", "{\"inputs\":[{\"name\":\"x\",\"type\":null}]}")]
    [InlineData("tensors", "{\"inputs\":[{\"name\":\"x\",\"type\":\"FP32\",\"shape\":null}]}")]
    [InlineData("tensors", "{\"inputs\":[{\"name\":\"x\",\"type\":\"FP32\",\"shape\":[-2]}]}")]
    [InlineData("tensors", "{\"inputs\":[{\"name\":\"x\",\"type\":\"FP32\",\"shape\":[0.5]}]}")]
    [InlineData("tensors", "{\"inputs\":[{\"name\":\"x\",\"type\":\"FP32\"},{\"name\":\"x\",\"type\":\"FP64\"}]}")]
    [InlineData("network", "{\"numeric\":[]}")]
    [InlineData("signature", "[{\"name\":\"x\"}]")]
    [InlineData("digest", "\"0000000000000000000000000000000000000000000000000000000000000000\"")]
    [InlineData("formatVersion", "2")]
    public async Task Open_ManifestWithWrongValue_IsRefused(string property, string value)
    {
        var manifest = JsonNode.Parse(await ManifestAsync())!;
        manifest[property] = JsonNode.Parse(value);
        var bytes = await ZipAsync(manifest.ToJsonString());

        Assert.Equal(ModelPackageFormat.Manifest, Assert.Throws<InvalidInputException>(() => Open(bytes)).Field);
    }

    [Fact]
    public async Task Open_ManifestOfTensorsAndWeights_IsRefused()
    {
        var contents = TensorPackage.Contents();
        contents[ModelPackageFormat.Weights] = SamplePackage.Weights;

        Assert.Contains(
            "only a network of the platform has", (await Assert.ThrowsAsync<InvalidInputException>(() => TensorPackage.WriteAsync(contents))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_ManifestWithoutTheModel_IsRefused()
    {
        var contents = TensorPackage.Contents();
        contents.Remove(ModelPackageFormat.Onnx);

        Assert.Contains(
            "every package of a model of tensors has one", (await Assert.ThrowsAsync<InvalidInputException>(() => TensorPackage.WriteAsync(contents))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_OtherBytesThanTheManifestNames_AreDataLoss()
    {
        var changed = (byte[])TensorPackage.Onnx.Clone();
        changed[^1] ^= 1;
        var json = Encoding.UTF8.GetString(await ManifestAsync());
        var bytes = await ZipAsync(json, changed);
        var cut = await ZipAsync(json, TensorPackage.Onnx[..^1]);

        Assert.All([bytes, cut], package => Assert.Equal(ModelPackageFormat.Onnx, Assert.Throws<DataLossException>(() => Open(package)).Field));
    }

    public static TheoryData<TensorSignature> OtherTensors
    {
        get
        {
            var said = TensorPackage.Tensors;
            return new()
            {
                new TensorSignature(),
                said with { Outputs = [] },
                said with { Inputs = said.Inputs[..1] },
                said with { Inputs = [.. said.Inputs.Reverse()] },
                said with { Inputs = [said.Inputs[0] with { Name = "number" }, said.Inputs[1]] },
                said with { Inputs = [said.Inputs[0] with { Type = TensorType.Float64 }, said.Inputs[1]] },
                said with { Inputs = [said.Inputs[0] with { Shape = [-1, 2] }, said.Inputs[1]] },
                said with { Inputs = [said.Inputs[0] with { Optional = true }, said.Inputs[1]] },
                said with { Outputs = [said.Outputs[0] with { Shape = [-1] }] },
            };
        }
    }

    [Theory]
    [MemberData(nameof(OtherTensors))]
    public async Task Load_ManifestThatNamesOtherTensorsThanTheFile_IsRefused(TensorSignature tensors)
    {
        using var package = await TensorPackage.OpenAsync(manifest: TensorPackage.Manifest() with { Tensors = tensors });

        Refused(package);
    }

    [Fact]
    public async Task Load_FileOfAnotherModel_IsRefused()
    {
        using var package = await TensorPackage.OpenAsync(TensorPackage.Contents(TensorPackage.Mlp));

        Assert.Contains("it takes 'input' FP32 [-1, 16] and gives 'output' FP32 [-1, 1].", Refused(package).Message, StringComparison.Ordinal);
    }

    public static TheoryData<byte[]> NoModels => new()
    {
        Array.Empty<byte>(),
        new byte[] { 8, 9, 10, 11 },
        TensorPackage.Onnx[..(TensorPackage.Onnx.Length / 2)],
        (byte[])[0x80, 4, .. "cposix\nsystem\n(S'id'\ntR."u8],
    };

    [Theory]
    [MemberData(nameof(NoModels))]
    public async Task Load_FileThatIsNoModel_IsDataLoss(byte[] onnx)
    {
        using var package = await TensorPackage.OpenAsync(TensorPackage.Contents(onnx));

        Assert.Equal(ModelPackageFormat.Onnx, Assert.Throws<DataLossException>(() => EmbeddedModel.Load(package)).Field);
    }

    [Fact]
    public async Task Load_VersionWhoseParityFailed_IsRefused()
    {
        using var package = await TensorPackage.OpenAsync(manifest: TensorPackage.Manifest() with { Parity = new() { Rows = 1, MaxAbsoluteDifference = 0.5 } });

        Assert.Contains("up to 0.5", Assert.Throws<FailedPreconditionException>(() => EmbeddedModel.Load(package)).Message, StringComparison.Ordinal);
    }

    private static InvalidInputException Refused(ModelPackage package)
    {
        var error = Assert.Throws<InvalidInputException>(() => EmbeddedModel.Load(package));
        Assert.Equal(ModelPackageFormat.Manifest, error.Field);
        return error;
    }

    private static ModelPackage Open(byte[] bytes) => ModelPackage.Open(new MemoryStream(bytes), cancellationToken: Token);

    private static async Task<byte[]> ManifestAsync()
    {
        using var package = await TensorPackage.OpenAsync();
        return package.ReadEntry(ModelPackageFormat.Manifest);
    }

    /// <summary>A package written by other means.</summary>
    private static async Task<byte[]> ZipAsync(string manifest, byte[]? onnx = null)
    {
        using var stream = new MemoryStream();
        await using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in TensorPackage.Contents(onnx).Prepend(new(ModelPackageFormat.Manifest, Encoding.UTF8.GetBytes(manifest))))
            {
                await using var entry = await zip.CreateEntry(name, CompressionLevel.NoCompression).OpenAsync(Token);
                await entry.WriteAsync(content, Token);
            }
        }

        return stream.ToArray();
    }
}
