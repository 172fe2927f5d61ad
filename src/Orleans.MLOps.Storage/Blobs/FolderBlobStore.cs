using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Storage.Files;

namespace Orleans.MLOps.Storage.Blobs;

/// <summary>Blobs as read-only files <c>ab/cdef...</c> in a folder; uploads stand in <c>.staging</c> inside it, so a commit is a rename.</summary>
internal sealed partial class FolderBlobStore : IBlobStore
{
    private const int PieceBytes = 128 << 10;
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly TimeSpan SharedUploadAge = TimeSpan.FromDays(2);

    private readonly BlobPaths _paths;
    private readonly Func<string, Stream> _create;
    private readonly ILogger _logger;

    /// <param name="folder">The folder; created when missing.</param>
    /// <param name="shared">Whether other silos stage there too; then only uploads that nobody can still be sending are swept.</param>
    /// <param name="logger">Is told what was swept.</param>
    public FolderBlobStore(string folder, bool shared, ILogger<FolderBlobStore> logger)
        : this(folder, shared, logger, static path => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous))
    {
    }

    /// <summary>For tests of full disks: <paramref name="create"/> opens staging files.</summary>
    internal FolderBlobStore(string folder, bool shared, ILogger logger, Func<string, Stream> create)
    {
        _paths = new BlobPaths(Path.GetFullPath(folder));
        _create = create;
        _logger = logger;
        Guard(() =>
        {
            DurableFile.CreateFolder(_paths.Staging);
            Sweep(shared ? SharedUploadAge : TimeSpan.Zero);
            BlobRelease.Recover(_paths);
            return true;
        });
    }

    public async Task<StagedBlob> StageAsync(Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var upload = Guid.NewGuid().ToString("N");
        var path = _paths.Upload(upload);
        RequireThere();
        try
        {
            var (digest, length) = await WriteAsync(path, content, cancellationToken).ConfigureAwait(false);
            return new StagedBlob { UploadId = upload, Digest = digest, Length = length };
        }
        catch
        {
            Discard(path);
            throw;
        }
    }

    public Task<BlobRef> CommitAsync(StagedBlob staged, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(staged);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.Run(() => Commit(staged, _paths.Blob(staged.Digest)), CancellationToken.None);
    }

    public Task<BlobRef> CommitReleasableAsync(StagedBlob staged, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(staged);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.Run(() => CommitReleasable(staged), CancellationToken.None);
    }

    public Task<bool> ReleaseAsync(string digest, DateTimeOffset unlessCommittedSince, CancellationToken cancellationToken = default)
    {
        var (from, to) = (_paths.Releasable(digest), _paths.Released(digest));
        return Task.Run(() => Guard(() => BlobRelease.Release(from, to, unlessCommittedSince.UtcDateTime)), cancellationToken);
    }

    public Task KeepAsync(string digest, CancellationToken cancellationToken = default)
    {
        return Task.Run(() => Guard(() => BlobRelease.Keep(_paths.Releasable(digest), _paths.Blob(digest)) ? true : throw Unstored(digest)), cancellationToken);
    }

    public Task AbandonAsync(StagedBlob staged, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(staged);
        Discard(_paths.Upload(staged.UploadId));
        return Task.CompletedTask;
    }

    public Task<Stream> OpenReadAsync(string digest, CancellationToken cancellationToken = default)
    {
        var path = GetLocalPath(digest);
        return Task.FromResult<Stream>(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, PieceBytes, FileOptions.Asynchronous | FileOptions.SequentialScan));
    }

    public Task<BlobRef?> FindAsync(string digest, CancellationToken cancellationToken = default)
    {
        var file = new FileInfo(Existing(digest) ?? _paths.Blob(digest));
        if (!file.Exists)
        {
            RequireThere();
        }

        return Task.FromResult(file.Exists ? new BlobRef { Digest = digest, Length = file.Length } : null);
    }

    public async Task VerifyAsync(string digest, CancellationToken cancellationToken = default)
    {
        var stream = await OpenReadAsync(digest, cancellationToken).ConfigureAwait(false);
        await using var owned = stream.ConfigureAwait(false);
        var actual = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
        if (actual != digest)
        {
            throw new DataLossException($"Blob {digest} holds bytes whose SHA-256 is {actual}; restore it from a backup.", "digest");
        }
    }

    public string GetLocalPath(string digest)
    {
        if (Existing(digest) is not { } path)
        {
            throw Unstored(digest);
        }

        return path;
    }

    public string GetLocalPath(StagedBlob staged)
    {
        ArgumentNullException.ThrowIfNull(staged);
        var path = _paths.Upload(staged.UploadId);
        if (!File.Exists(path))
        {
            RequireThere();
            throw new NotFoundException($"No upload {staged.UploadId} is staged; it was committed, abandoned or swept.", "uploadId");
        }

        return path;
    }

    private async Task<(string Digest, long Length)> WriteAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            var file = Guard(() => _create(path));
            await using var owned = file.ConfigureAwait(false);
            var length = 0L;
            int read;
            while ((read = await content.ReadAsync(buffer.AsMemory(0, PieceBytes), cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                await WritePieceAsync(file, buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                length += read;
            }

            return (Convert.ToHexStringLower(hash.GetHashAndReset()), length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask WritePieceAsync(Stream file, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        try
        {
            await file.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw DurableFile.ToPlatform(error, "staging a blob");
        }
    }

    private string? Existing(string digest)
    {
        var blob = _paths.Blob(digest);
        if (File.Exists(blob))
        {
            return blob;
        }

        var releasable = _paths.Releasable(digest);
        return File.Exists(releasable) ? releasable : null;
    }

    private BlobRef CommitReleasable(StagedBlob staged)
    {
        var releasable = _paths.Releasable(staged.Digest);
        return File.Exists(_paths.Blob(staged.Digest))
            ? Commit(staged, _paths.Blob(staged.Digest))
            : Guard(() =>
            {
                // The new time says that somebody counts on the bytes that are there, or on the upload that takes their place.
                var renewed = BlobRelease.TryRenew(_paths.Upload(staged.UploadId)) | BlobRelease.TryRenew(releasable);
                return renewed ? Commit(staged, releasable) : throw Unstaged(staged);
            });
    }

    private BlobRef Commit(StagedBlob staged, string blob)
    {
        var upload = _paths.Upload(staged.UploadId);
        var folder = Path.GetDirectoryName(blob)!;
        return Guard(() =>
        {
            RequireThere();
            if (File.Exists(blob))
            {
                // Whoever renamed it may not have flushed the folder yet.
                DurableFile.FlushFolder(folder);
                File.Delete(upload);
                return new BlobRef { Digest = staged.Digest, Length = new FileInfo(blob).Length };
            }

            if (!File.Exists(upload))
            {
                throw Unstaged(staged);
            }

            using (var handle = File.OpenHandle(upload, FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete))
            {
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(handle, ReadOnly);
                }

                RandomAccess.FlushToDisk(handle);
            }

            DurableFile.CreateFolder(folder);
            MoveInto(upload, blob);
            DurableFile.FlushFolder(folder);
            return new BlobRef { Digest = staged.Digest, Length = staged.Length };
        });
    }

    private NotFoundException Unstored(string digest)
    {
        RequireThere();
        return new($"No blob {digest} is stored.", "digest");
    }

    private static NotFoundException Unstaged(StagedBlob staged) =>
        new($"No upload {staged.UploadId} is staged and blob {staged.Digest} is not stored.", "uploadId");

    /// <summary>A share that is not mounted looks like an empty folder; nothing may be called missing, or written, beside it.</summary>
    private void RequireThere()
    {
        if (!Directory.Exists(_paths.Staging))
        {
            throw new UnavailableException($"The blob folder is away: {_paths.Staging} does not exist. It comes back with its mount.", "blobs");
        }
    }

    /// <summary>Deletes an upload; one that cannot be deleted now is swept later.</summary>
    private static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static void MoveInto(string upload, string blob)
    {
        try
        {
            File.Move(upload, blob, overwrite: true);
            if (OperatingSystem.IsWindows())
            {
                File.SetAttributes(blob, FileAttributes.ReadOnly);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException && File.Exists(blob))
        {
            // Another commit of the same content won; its bytes are the same.
        }
    }

    private static T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw DurableFile.ToPlatform(error, "writing a blob");
        }
    }

    private void Sweep(TimeSpan age)
    {
        var swept = 0;
        var youngest = DateTime.UtcNow - age;
        foreach (var file in new DirectoryInfo(_paths.Staging).EnumerateFiles().Where(file => file.LastWriteTimeUtc <= youngest).Select(file => file.FullName))
        {
            File.Delete(file);
            swept++;
        }

        if (swept > 0)
        {
            LogSwept(_logger, swept, _paths.Staging);
        }
    }

    [LoggerMessage(LogLevel.Information, "Removed {Count} uploads that an earlier process left in {Folder}")]
    private static partial void LogSwept(ILogger logger, int count, string folder);
}
