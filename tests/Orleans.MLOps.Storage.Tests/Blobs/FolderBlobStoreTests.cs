using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Storage.Blobs;
using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Blobs;

public sealed class FolderBlobStoreTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];
    private static readonly string Digest = Convert.ToHexStringLower(SHA256.HashData(Content));

    private readonly TempFolder _folder = new();
    private readonly FolderBlobStore _store;

    public FolderBlobStoreTests() => _store = Open();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FolderBlobStore Open() => new(_folder["blobs"], shared: false, NullLogger<FolderBlobStore>.Instance);

    private string[] Files() => Directory.GetFiles(_folder["blobs"], "*", SearchOption.AllDirectories);

    [Fact]
    public async Task Keep_ReleasableBytes_OutliveTheirRelease()
    {
        await _store.CommitReleasableAsync(await _store.StageAsync(new MemoryStream(Content), Token), Token);

        await _store.KeepAsync(Digest, Token);
        await _store.KeepAsync(Digest, Token);
        await _store.ReleaseAsync(Digest, DateTimeOffset.UtcNow.AddDays(1), Token);

        await _store.VerifyAsync(Digest, Token);
        await Assert.ThrowsAsync<NotFoundException>(() => _store.KeepAsync(new string('0', 64), Token));
    }

    [Fact]
    public async Task StageThenCommit_Content_IsFoundByItsDigest()
    {
        var staged = await _store.StageAsync(new MemoryStream(Content), Token);
        Assert.Equal((Digest, (long)Content.Length), (staged.Digest, staged.Length));
        Assert.Null(await _store.FindAsync(Digest, Token));
        Assert.Equal(Content, await File.ReadAllBytesAsync(_store.GetLocalPath(staged), Token));
        var blob = await _store.CommitAsync(staged, Token);
        Assert.Equal(new BlobRef { Digest = Digest, Length = Content.Length }, blob);
        Assert.Equal(blob, await _store.FindAsync(Digest, Token));
        Assert.Equal(Path.Combine(_folder["blobs"], Digest[..2], Digest[2..]), _store.GetLocalPath(Digest));
        await using var stream = await _store.OpenReadAsync(Digest, Token);
        Assert.Equal(Digest, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, Token)));
        await _store.VerifyAsync(Digest, Token);
        Assert.Single(Files());
    }

    [Fact]
    public async Task CommitAsync_Repeated_GivesTheSameBlob()
    {
        var staged = await _store.StageAsync(new MemoryStream(Content), Token);
        var other = await _store.StageAsync(new MemoryStream(Content), Token);
        var first = await _store.CommitAsync(staged, Token);
        Assert.Equal(first, await _store.CommitAsync(staged, Token));
        Assert.Equal(first, await _store.CommitAsync(other, Token));
        Assert.Single(Files());
    }

    [Fact]
    public async Task CommitAsync_ManyOfTheSameAtOnce_AllSucceed()
    {
        var staged = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _store.StageAsync(new MemoryStream(Content), Token)));
        var blobs = await Task.WhenAll(staged.Select(s => _store.CommitAsync(s, Token)));
        Assert.Single(blobs.Distinct());
        Assert.Single(Files());
    }

    [Fact]
    public async Task CommitAsync_OnUnix_FileIsReadOnly()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no mode bits.");
            return;
        }

        await _store.CommitAsync(await _store.StageAsync(new MemoryStream(Content), Token), Token);
        Assert.Equal((UnixFileMode)0b100_100_100, File.GetUnixFileMode(_store.GetLocalPath(Digest)));
    }

    [Fact]
    public async Task CommitAsync_UnknownUpload_IsNotFound()
    {
        var staged = new StagedBlob { UploadId = new string('0', 32), Digest = Digest, Length = 1 };
        await Assert.ThrowsAsync<NotFoundException>(() => _store.CommitAsync(staged, Token));
        await Assert.ThrowsAsync<NotFoundException>(() => _store.OpenReadAsync(Digest, Token));
        Assert.Throws<NotFoundException>(() => _store.GetLocalPath(Digest));
        Assert.Throws<NotFoundException>(() => _store.GetLocalPath(staged));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../../../etc/passwd/../../../../etc/passwd/../../../etc/passwd")]
    [InlineData("AB00000000000000000000000000000000000000000000000000000000000000")]
    public async Task AnyCall_NameIsNoDigest_IsInvalid(string digest)
    {
        Assert.Throws<InvalidInputException>(() => _store.GetLocalPath(digest));
        await Assert.ThrowsAsync<InvalidInputException>(() => _store.AbandonAsync(new StagedBlob { UploadId = digest, Digest = Digest, Length = 0 }, Token));
    }

    [Fact]
    public async Task AbandonAsync_Staged_LeavesNothing()
    {
        var staged = await _store.StageAsync(new MemoryStream(Content), Token);
        await _store.AbandonAsync(staged, Token);
        await _store.AbandonAsync(staged, Token);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Open_StaleUploads_AreSweptAndBlobsStay()
    {
        await _store.CommitAsync(await _store.StageAsync(new MemoryStream(Content), Token), Token);
        await _store.StageAsync(new MemoryStream([1, 2]), Token);
        Assert.Equal(2, Files().Length);
        Open();
        Assert.Equal([_store.GetLocalPath(Digest)], Files());
    }

    [Fact]
    public async Task VerifyAsync_BytesChanged_IsDataLoss()
    {
        await _store.CommitAsync(await _store.StageAsync(new MemoryStream(Content), Token), Token);
        var path = _store.GetLocalPath(Digest);
        File.Delete(path);
        await File.WriteAllBytesAsync(path, [1, 2, 3], Token);
        await Assert.ThrowsAsync<DataLossException>(() => _store.VerifyAsync(Digest, Token));
    }

    [Fact]
    public async Task StageAsync_FolderAway_IsUnavailableAndWorksWhenItIsBack()
    {
        var staged = await _store.StageAsync(new MemoryStream(Content), Token);
        Directory.Move(_folder["blobs"], _folder["away"]);
        await Assert.ThrowsAsync<UnavailableException>(() => _store.StageAsync(new MemoryStream(Content), Token));
        await Assert.ThrowsAsync<UnavailableException>(() => _store.CommitAsync(staged, Token));
        await Assert.ThrowsAsync<UnavailableException>(() => _store.OpenReadAsync(Digest, Token));
        await _store.AbandonAsync(new StagedBlob { UploadId = new string('0', 32), Digest = Digest, Length = 1 }, Token);

        Directory.Move(_folder["away"], _folder["blobs"]);
        Assert.Equal(Digest, (await _store.CommitAsync(staged, Token)).Digest);
    }

    [Fact]
    public async Task StageAsync_DiskFull_IsResourceExhaustedAndLeavesNothing()
    {
        var full = new FolderBlobStore(_folder["blobs"], shared: false, NullLogger.Instance, path => new FullDisk(File.Create(path), 200_000));
        await Assert.ThrowsAsync<ResourceExhaustedException>(() => full.StageAsync(new MemoryStream(Content), Token));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task StageAsync_SourceFailsOrIsCancelled_ThrowsThatAndLeavesNothing()
    {
        await Assert.ThrowsAsync<EndOfStreamException>(() => _store.StageAsync(new BrokenSource(), Token));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _store.StageAsync(new MemoryStream(Content), cancelled.Token));
        Assert.Empty(Files());
    }
}
