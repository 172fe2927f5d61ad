using System.IO.Compression;
using System.Text.Json;
using Orleans.MLOps.Client.Models.Packages;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Tests.Models.Packages;

public sealed class TensorPackageTests
{
    private readonly FakeRegistryClient here = new();
    private readonly FakeRegistryClient there = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_WrittenPackage_GivesAllBack()
    {
        using var package = await TensorPackage.OpenAsync();

        Assert.Equal(Json.Of(TensorPackage.Manifest()), Json.Of(package.Manifest));
        Assert.All(TensorPackage.Contents(), content => Assert.Equal(content.Value, package.ReadEntry(content.Key)));
    }

    [Fact]
    public async Task Write_KnownVersion_GivesTheDigestThatItAlwaysHad()
    {
        using var package = await TensorPackage.OpenAsync(TensorPackage.Contents([8, 9, 10, 11]));

        Assert.Equal("1aba277bc57db44416adf422392f404aef727ade37ce44b557022b886d316ece", package.Digest);
    }

    /// <summary>What programs of others read.</summary>
    [Fact]
    public async Task Write_Tensors_AreNamedAsTheOpenInferenceProtocolNamesThem()
    {
        using var package = await TensorPackage.OpenAsync();
        using var manifest = JsonDocument.Parse(package.ReadEntry(ModelPackageFormat.Manifest));

        Assert.Equal(
            """[{"name":"numeric","type":"FP32","shape":[-1,1],"optional":false},{"name":"categories","type":"INT64","shape":[-1,1],"optional":false}]""",
            JsonSerializer.Serialize(manifest.RootElement.GetProperty("tensors").GetProperty("inputs")));
        Assert.All(["network", "parity"], name => Assert.False(manifest.RootElement.TryGetProperty(name, out _)));
    }

    [Fact]
    public async Task Open_AnyTypeOfElements_ComesBack()
    {
        var types = Enum.GetValues<TensorType>().Where(type => type != TensorType.None).ToArray();
        var tensors = new TensorSignature { Inputs = [.. types.Select(type => new TensorSpec { Name = $"x{type}", Type = type, Shape = [2, -1], Optional = true })] };
        using var package = await TensorPackage.OpenAsync(manifest: TensorPackage.Manifest() with { Tensors = tensors });

        Assert.Equal(Json.Of(tensors), Json.Of(package.Manifest.Tensors));
    }

    [Fact]
    public async Task Open_CutAnywhere_IsRefused()
    {
        var bytes = await TensorPackage.WriteAsync(TensorPackage.Contents([8, 9, 10, 11]));
        for (var length = 0; length < bytes.Length; length++)
        {
            using var cut = new MemoryStream(bytes, 0, length);
            Assert.Throws<InvalidInputException>(() => ModelPackage.Open(cut, cancellationToken: Token));
        }
    }

    [Fact]
    public async Task Export_Version_HoldsItsFileAndItsTensors()
    {
        here.Versions.Add(TensorPackage.Version(here.Add));
        using var bytes = await ExportAsync();
        await using var zip = new ZipArchive(bytes, ZipArchiveMode.Read, leaveOpen: true);
        using var package = ModelPackage.Open(bytes, cancellationToken: Token);

        Assert.Equal(["manifest.json", "card.md", "model.onnx"], zip.Entries.Select(entry => entry.FullName));
        Assert.Equal(here.Versions[0].Digest, package.Manifest.Digest);
        Assert.Equal(Json.Of(TensorPackage.Tensors), Json.Of(package.Manifest.Tensors));
        Assert.Equal(TensorPackage.Onnx, package.ReadEntry(ModelPackageFormat.Onnx));
        Assert.Contains("## Inputs\n\n- numeric: FP32 [-1, 1]\n- categories: INT64 [-1, 1]\n\n## Outputs\n\n- probability: FP32 [-1, 1]\n", package.ReadCard(), StringComparison.Ordinal);
    }

    public static TheoryData<ModelVersionInfo, string> Unpackable => new()
    {
        { new() { Project = "default", Model = "scores", Version = 1, Digest = "d", TorchScript = new() { Digest = "d", Length = 1 }, Tensors = TensorPackage.Tensors }, "is a TorchScript file, which is a program" },
        { new() { Project = "default", Model = "scores", Version = 1, Builtin = "echo" }, "is the builtin 'echo'" },
        { new() { Project = "default", Model = "scores", Version = 1, Source = "s3://elsewhere" }, "is a foreign model at 's3://elsewhere'" },
    };

    [Theory]
    [MemberData(nameof(Unpackable))]
    public async Task Export_VersionWithoutBytesThatAreData_IsRefusedAndWritesNothing(ModelVersionInfo version, string said)
    {
        here.Versions.Add(version);
        using var target = new MemoryStream();

        var error = await Assert.ThrowsAsync<FailedPreconditionException>(() => here.Client.ExportPackageAsync("scores", 1, target, cancellationToken: Token));

        Assert.Equal(("version", 0), (error.Field, target.Length));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_ExportedPackage_RegistersTheSameModelOnce()
    {
        var version = TensorPackage.Version(here.Add) with { Parity = new() { Rows = 7, Passed = true }, Reference = here.Add([1, 2, 3]) };
        here.Versions.Add(version);
        using var bytes = await ExportAsync();

        var imported = await there.Client.ImportPackageAsync(bytes, "copied", "other", Token);
        var again = await there.Client.ImportPackageAsync(bytes, "copied", "other", Token);

        var expected = version with { Project = "other", Model = "copied", CreatedAt = imported.CreatedAt, Tags = imported.Tags };
        Assert.Equal(Json.Of(expected), Json.Of(imported));
        Assert.Equal("model/default/scores/1", imported.Tags["mlops.package.source"]);
        Assert.Same(imported, again);
        Assert.Equal(here.Blobs.Keys.Order(), there.Blobs.Keys.Order());
        Assert.Empty(there.Cards);
    }

    private async Task<MemoryStream> ExportAsync()
    {
        var bytes = new MemoryStream();
        await here.Client.ExportPackageAsync("scores", 1, bytes, cancellationToken: Token);
        return bytes;
    }
}
