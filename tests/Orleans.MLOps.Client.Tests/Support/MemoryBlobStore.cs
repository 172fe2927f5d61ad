using System.Collections.Concurrent;
using System.Security.Cryptography;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Client.Tests.Support;

/// <summary>A blob store in memory that remembers what was staged and abandoned.</summary>
public sealed class MemoryBlobStore : IBlobStore
{
    private readonly ConcurrentDictionary<string, byte[]> blobs = new();

    public ConcurrentDictionary<string, byte[]> Staged { get; } = new();

    public ConcurrentQueue<string> Abandoned { get; } = new();

    public TaskCompletionSource StagingStarted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the error of the first staging that failed.</summary>
    public TaskCompletionSource<Exception> StagingFailed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Add(byte[] content)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        blobs[digest] = content;
        return digest;
    }

    public async Task<StagedBlob> StageAsync(Stream content, CancellationToken cancellationToken = default)
    {
        using var memory = new MemoryStream();
        StagingStarted.TrySetResult();
        try
        {
            await content.CopyToAsync(memory, 81920, cancellationToken);
        }
        catch (Exception error)
        {
            StagingFailed.TrySetResult(error);
            throw;
        }

        var bytes = memory.ToArray();
        var staged = new StagedBlob
        {
            UploadId = Guid.NewGuid().ToString("N"),
            Digest = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Length = bytes.Length,
        };
        Staged[staged.UploadId] = bytes;
        return staged;
    }

    public Task<BlobRef> CommitAsync(StagedBlob staged, CancellationToken cancellationToken = default)
    {
        Staged.TryRemove(staged.UploadId, out var bytes);
        blobs[staged.Digest] = bytes!;
        return Task.FromResult(new BlobRef { Digest = staged.Digest, Length = staged.Length });
    }

    public Task<BlobRef> CommitReleasableAsync(StagedBlob staged, CancellationToken cancellationToken = default) => CommitAsync(staged, cancellationToken);

    public Task<bool> ReleaseAsync(string digest, DateTimeOffset unlessCommittedSince, CancellationToken cancellationToken = default) =>
        Task.FromResult(true);

    public Task KeepAsync(string digest, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task AbandonAsync(StagedBlob staged, CancellationToken cancellationToken = default)
    {
        Staged.TryRemove(staged.UploadId, out _);
        Abandoned.Enqueue(staged.UploadId);
        return Task.CompletedTask;
    }

    public Task<Stream> OpenReadAsync(string digest, CancellationToken cancellationToken = default) => blobs.TryGetValue(digest, out var bytes)
        ? Task.FromResult<Stream>(new MemoryStream(bytes, writable: false))
        : throw new NotFoundException($"There is no blob '{digest}'.", "digest");

    public Task<BlobRef?> FindAsync(string digest, CancellationToken cancellationToken = default) =>
        Task.FromResult(blobs.TryGetValue(digest, out var bytes) ? new BlobRef { Digest = digest, Length = bytes.Length } : null);

    public Task VerifyAsync(string digest, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public string GetLocalPath(string digest) => throw new NotSupportedException();

    public string GetLocalPath(StagedBlob staged) => throw new NotSupportedException();
}
