using Orleans.MLOps.Client.Models.Packages;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Tests.Models.Packages;

public sealed class ModelPackagesTests
{
    private readonly FakeRegistryClient here = new();
    private readonly FakeRegistryClient there = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_Version_HoldsWhatTheRegistryHas()
    {
        var version = Version();
        using var package = await ExportAsync();
        var manifest = package.Manifest;

        Assert.Equal(
            (version.Project, version.Model, version.Version, version.Digest, version.CreatedAt),
            (manifest.Project, manifest.Model, manifest.Version, manifest.Digest, manifest.CreatedAt));
        Assert.Equal(Json.Of((version.Signature, version.Outputs, version.Parity, version.Metrics)), Json.Of((manifest.Signature, manifest.Outputs, manifest.Parity, manifest.Metrics)));
        Assert.Equal((version.Job, version.RunId, version.DatasetVersion, version.FeatureView), (manifest.Lineage.Job, manifest.Lineage.RunId, manifest.Lineage.DatasetVersion, manifest.Lineage.FeatureView));
        Assert.Equal(SamplePackage.Weights, package.ReadEntry(ModelPackageFormat.Weights));
        Assert.Equal([8, 9, 10, 11], package.ReadEntry(ModelPackageFormat.Onnx));
        Assert.Contains("- tenure: number\n- contract: text\n", package.ReadCard(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_VersionWhoseTagsAndStageChanged_GivesTheSameBytes()
    {
        var version = Version();
        using var first = new MemoryStream();
        var digest = await here.Client.ExportPackageAsync("churn", 1, first, cancellationToken: Token);
        here.Versions[0] = version with { Tags = new() { ["a"] = "b" }, Stage = ModelStage.Production, Description = "better", UpdatedAt = DateTimeOffset.MaxValue };
        using var second = new MemoryStream();

        Assert.Equal(digest, await here.Client.ExportPackageAsync("churn", 1, second, cancellationToken: Token));
        Assert.Equal(first.ToArray(), second.ToArray());
    }

    [Fact]
    public async Task Export_ForeignModel_IsRefusedAndWritesNothing()
    {
        here.Versions.Add(new() { Project = "default", Model = "churn", Version = 1, Source = "s3://elsewhere" });
        using var target = new MemoryStream();

        Assert.Equal("version", (await Assert.ThrowsAsync<FailedPreconditionException>(() => here.Client.ExportPackageAsync("churn", 1, target, cancellationToken: Token))).Field);
        Assert.Equal(0, target.Length);
    }

    [Fact]
    public async Task Export_BlobWithOtherBytes_IsDataLoss()
    {
        var version = Version();
        here.Blobs[version.Onnx!.Digest] = [1, 1, 1, 1];

        Assert.Equal(ModelPackageFormat.Onnx, (await Assert.ThrowsAsync<DataLossException>(ExportAsync)).Field);
    }

    [Fact]
    public async Task Import_ExportedPackage_RegistersTheSameModel()
    {
        var version = Version();
        using var bytes = new MemoryStream();
        var digest = await here.Client.ExportPackageAsync("churn", 1, bytes, cancellationToken: Token);

        var imported = await there.Client.ImportPackageAsync(bytes, "copied", "other", Token);

        var expected = version with
        {
            Project = "other",
            Model = "copied",
            CreatedAt = imported.CreatedAt,
            Tags = new() { ["mlops.package.digest"] = digest, ["mlops.package.source"] = "model/default/churn/1" },
        };
        Assert.Equal(Json.Of(expected), Json.Of(imported));
        Assert.Equal(here.Blobs.Keys.Order(), there.Blobs.Keys.Order());
        Assert.Empty(there.Cards);
        Assert.True(bytes.CanRead);
    }

    [Fact]
    public async Task Import_Repeated_NamesTheSameCommandSoItIsRegisteredOnce()
    {
        Version();
        using var bytes = new MemoryStream();
        var digest = await here.Client.ExportPackageAsync("churn", 1, bytes, cancellationToken: Token);

        var first = await there.Client.ImportPackageAsync(bytes, cancellationToken: Token);
        var second = await there.Client.ImportPackageAsync(bytes, cancellationToken: Token);

        Assert.Same(first, second);
        Assert.Equal(["package-" + digest, "package-" + digest], there.Registrations.Select(command => command.OperationId));
    }

    [Fact]
    public async Task Import_CardThatSomebodyWrote_ComesAlongOnce()
    {
        Version();
        here.Cards[1] = "# Mind the children";
        using var bytes = new MemoryStream();
        await here.Client.ExportPackageAsync("churn", 1, bytes, cancellationToken: Token);

        await there.Client.ImportPackageAsync(bytes, cancellationToken: Token);
        Assert.Equal("# Mind the children", there.Cards[1]);
        there.Cards[1] = "# Ours";
        await there.Client.ImportPackageAsync(bytes, cancellationToken: Token);
        Assert.Equal("# Ours", there.Cards[1]);
    }

    [Fact]
    public async Task Import_WithoutOnnx_IsRefusedBeforeAnythingIsSent() => await RefuseAsync(ModelPackageFormat.Onnx, null);

    [Fact]
    public async Task Import_CardTooLong_IsRefusedBeforeAnythingIsSent() => await RefuseAsync(ModelPackageFormat.Card, new byte[100_001]);

    [Fact]
    public async Task Import_DamagedPackage_SendsNothing()
    {
        var bytes = await SamplePackage.WriteAsync();
        bytes[bytes.AsSpan().IndexOf(SamplePackage.Weights) + 12] ^= 1;

        await Assert.ThrowsAsync<DataLossException>(() => there.Client.ImportPackageAsync(new MemoryStream(bytes), cancellationToken: Token));
        Assert.Empty(there.Blobs);
    }

    [Fact]
    public async Task Import_WrongName_SendsNothing()
    {
        using var bytes = new MemoryStream(await SamplePackage.WriteAsync());

        await Assert.ThrowsAsync<InvalidInputException>(() => there.Client.ImportPackageAsync(bytes, " ", cancellationToken: Token));
        Assert.Empty(there.Blobs);
    }

    private async Task RefuseAsync(string entry, byte[]? content)
    {
        var contents = SamplePackage.Contents();
        contents.Remove(entry);
        if (content is not null)
        {
            contents[entry] = content;
        }

        using var bytes = new MemoryStream(await SamplePackage.WriteAsync(contents));

        Assert.Equal(entry, (await Assert.ThrowsAsync<InvalidInputException>(() => there.Client.ImportPackageAsync(bytes, cancellationToken: Token))).Field);
        Assert.Empty(there.Blobs);
    }

    private async Task<ModelPackage> ExportAsync()
    {
        var bytes = new MemoryStream();
        await here.Client.ExportPackageAsync("churn", 1, bytes, cancellationToken: Token);
        return ModelPackage.Open(bytes, cancellationToken: Token);
    }

    private ModelVersionInfo Version()
    {
        var manifest = SamplePackage.Manifest();
        var version = new ModelVersionInfo
        {
            Project = "default",
            Model = "churn",
            Version = 1,
            Digest = manifest.Digest,
            Weights = here.Add(SamplePackage.Weights),
            Onnx = here.Add([8, 9, 10, 11]),
            Reference = here.Add([1, 2, 3]),
            NetworkJson = manifest.NetworkJson,
            Signature = manifest.Signature,
            Outputs = manifest.Outputs,
            Parity = manifest.Parity,
            Metrics = manifest.Metrics,
            Job = "job/" + new string('c', 32),
            RunId = manifest.Lineage.RunId,
            DatasetVersion = manifest.Lineage.DatasetVersion,
            FeatureView = manifest.Lineage.FeatureView,
            CreatedAt = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
        };
        here.Versions.Add(version);
        return version;
    }
}
