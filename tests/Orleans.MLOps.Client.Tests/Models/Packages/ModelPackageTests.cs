using CsCheck;
using Orleans.MLOps.Client.Models.Packages;
using Orleans.MLOps.Client.Tests.Support;

namespace Orleans.MLOps.Client.Tests.Models.Packages;

public sealed class ModelPackageTests
{
    [Fact]
    public async Task Open_WrittenPackage_GivesAllBack()
    {
        using var package = await SamplePackage.OpenAsync();
        var written = SamplePackage.Manifest();

        Assert.Equal(Json.Of(written with { CreatedAt = written.CreatedAt.ToUniversalTime() }), Json.Of(package.Manifest));
        Assert.All(SamplePackage.Contents(), content => Assert.Equal(content.Value, package.ReadEntry(content.Key)));
        Assert.Equal(SamplePackage.Sha256(package.ReadEntry("manifest.json")), package.Digest);
        Assert.Equal("# churn\n", package.ReadCard());
    }

    [Fact]
    public async Task Open_PackageWithoutOptionalEntries_Opens()
    {
        var contents = SamplePackage.Contents();
        contents.Remove(ModelPackageFormat.Onnx);
        contents.Remove(ModelPackageFormat.Reference);
        using var package = await SamplePackage.OpenAsync(contents);

        Assert.Null(package.Manifest.Find(ModelPackageFormat.Onnx));
        Assert.Equal(ModelPackageFormat.Onnx, Assert.Throws<NotFoundException>(() => package.OpenEntry(ModelPackageFormat.Onnx)).Field);
    }

    [Fact]
    public async Task Open_File_ClosesItOnDispose()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllBytesAsync(path, await SamplePackage.WriteAsync(), TestContext.Current.CancellationToken);
        var package = ModelPackage.Open(path, TestContext.Current.CancellationToken);
        var entry = package.OpenEntry(ModelPackageFormat.Onnx);
        package.Dispose();

        Assert.ThrowsAny<Exception>(() => entry.ReadByte());
        File.Delete(path);
        Assert.Throws<NotFoundException>(() => ModelPackage.Open(path, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Open_Refused_KeepsTheStreamOpenOnlyWhenAsked(bool leaveOpen)
    {
        using var stream = new MemoryStream([1, 2, 3]);

        await Assert.ThrowsAsync<InvalidInputException>(() => ModelPackage.OpenAsync(stream, leaveOpen, TestContext.Current.CancellationToken));

        Assert.Equal(leaveOpen, stream.CanRead);
    }

    [Fact]
    public async Task Open_StreamThatCannotSeek_IsRefused()
    {
        using var stream = new ForwardStream(new MemoryStream(await SamplePackage.WriteAsync()));

        Assert.Contains("seek", Assert.Throws<InvalidInputException>(() => ModelPackage.Open(stream, cancellationToken: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_Cancelled_Stops()
    {
        var bytes = await SamplePackage.WriteAsync();

        Assert.Throws<OperationCanceledException>(() => ModelPackage.Open(new MemoryStream(bytes), cancellationToken: new(canceled: true)));
    }

    /// <summary>Whatever is done to a byte, what is given out is what was written, or nothing is.</summary>
    [Fact]
    public async Task Open_AnyByteChanged_GivesTheSameOrIsRefused()
    {
        var bytes = await SamplePackage.WriteAsync();
        var contents = SamplePackage.Contents();
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Array[1, 4].Sample(
            changes =>
            {
                var changed = (byte[])bytes.Clone();
                foreach (var (at, value) in changes)
                {
                    changed[at] = value;
                }

                try
                {
                    using var package = ModelPackage.Open(new MemoryStream(changed));
                    return package.Manifest.Entries.All(entry => SamplePackage.Sha256(package.ReadEntry(entry.Name)) == entry.Sha256);
                }
                catch (Exception error) when (error is InvalidInputException or DataLossException)
                {
                    return true;
                }
            },
            iter: 20_000);
    }

    [Fact]
    public async Task Open_CutAnywhere_IsRefused()
    {
        var bytes = await SamplePackage.WriteAsync();
        for (var length = 0; length < bytes.Length; length++)
        {
            using var cut = new MemoryStream(bytes, 0, length);
            Assert.Throws<InvalidInputException>(() => ModelPackage.Open(cut, cancellationToken: TestContext.Current.CancellationToken));
        }
    }
}
