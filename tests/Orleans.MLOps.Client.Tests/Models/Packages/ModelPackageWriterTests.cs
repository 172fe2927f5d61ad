using System.IO.Compression;
using Orleans.MLOps.Client.Models.Packages;

namespace Orleans.MLOps.Client.Tests.Models.Packages;

public sealed class ModelPackageWriterTests
{
    [Fact]
    public async Task Write_SameVersion_GivesTheSameBytesWhateverTheOrderAndTheTarget()
    {
        var manifest = SamplePackage.Manifest();
        var shuffled = manifest with
        {
            Metrics = new(manifest.Metrics.Reverse()),
            Entries = [.. manifest.Entries.Reverse()],
            CreatedAt = manifest.CreatedAt.ToUniversalTime(),
            NetworkJson = manifest.NetworkJson!.Replace(",", ",\n  ", StringComparison.Ordinal),
        };
        var contents = SamplePackage.Contents();
        using var below = new MemoryStream();
        await ModelPackageWriter.WriteAsync(
            shuffled, (entry, stream, token) => stream.WriteAsync(contents[entry.Name], token).AsTask(), new ForwardStream(below), TestContext.Current.CancellationToken);

        Assert.Equal(await SamplePackage.WriteAsync(), below.ToArray());
    }

    [Fact]
    public async Task Write_KnownVersion_GivesTheDigestThatItAlwaysHad()
    {
        using var package = await SamplePackage.OpenAsync();

        Assert.Equal("be69b2821ff60d1a51990a37650cab2a5308fd633f91986d6eb6bbba444bbc66", package.Digest);
    }

    [Fact]
    public async Task Write_AnyVersion_StoresFilesInOneOrderUncompressed()
    {
        await using var zip = new ZipArchive(new MemoryStream(await SamplePackage.WriteAsync()));

        Assert.Equal(["manifest.json", "card.md", "weights.safetensors", "model.onnx", "reference.bin"], zip.Entries.Select(entry => entry.FullName));
        Assert.All(zip.Entries, entry => Assert.Equal(entry.Length, entry.CompressedLength));
        Assert.All(zip.Entries, entry => Assert.Equal(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Write_ContentOfAnotherLength_IsDataLossAndNoPackage(int length) => await RefusesContentAsync(new byte[length]);

    [Fact]
    public async Task Write_OtherContent_IsDataLossAndNoPackage() => await RefusesContentAsync([8, 9, 10, 12]);

    [Fact]
    public async Task Write_SourceFails_LeavesNoPackage()
    {
        using var target = new MemoryStream();

        await Assert.ThrowsAsync<NotFoundException>(() => ModelPackageWriter.WriteAsync(
            SamplePackage.Manifest(), (_, _, _) => throw new NotFoundException("gone"), target, TestContext.Current.CancellationToken));

        RefusesAsPackage(target);
    }

    [Fact]
    public async Task Write_WrongManifest_WritesNothing()
    {
        using var target = new MemoryStream();
        var manifest = SamplePackage.Manifest() with { NetworkJson = "[1" };

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => ModelPackageWriter.WriteAsync(
            manifest, (_, _, _) => Task.CompletedTask, target, TestContext.Current.CancellationToken));

        Assert.Equal(("manifest.json", 0), (error.Field, target.Length));
    }

    private static async Task RefusesContentAsync(byte[] onnx)
    {
        var contents = SamplePackage.Contents();
        var manifest = SamplePackage.Manifest();
        contents[ModelPackageFormat.Onnx] = onnx;
        using var target = new MemoryStream();

        var error = await Assert.ThrowsAsync<DataLossException>(() => ModelPackageWriter.WriteAsync(
            manifest, (entry, stream, token) => stream.WriteAsync(contents[entry.Name], token).AsTask(), target, TestContext.Current.CancellationToken));

        Assert.Equal(ModelPackageFormat.Onnx, error.Field);
        RefusesAsPackage(target);
    }

    private static void RefusesAsPackage(MemoryStream target) =>
        Assert.Throws<InvalidInputException>(() => ModelPackage.Open(target, cancellationToken: TestContext.Current.CancellationToken));
}
