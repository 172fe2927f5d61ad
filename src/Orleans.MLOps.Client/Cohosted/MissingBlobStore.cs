using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Client.Cohosted;

/// <summary>Stands where a process has no blob store: what needs bytes is refused and told what to use instead.</summary>
internal sealed class MissingBlobStore : IBlobStore
{
    public Task<StagedBlob> StageAsync(Stream content, CancellationToken cancellationToken = default) => Task.FromException<StagedBlob>(Refusal());

    public Task<BlobRef> CommitAsync(StagedBlob staged, CancellationToken cancellationToken = default) => Task.FromException<BlobRef>(Refusal());

    public Task<BlobRef> CommitReleasableAsync(StagedBlob staged, CancellationToken cancellationToken = default) => Task.FromException<BlobRef>(Refusal());

    public Task<bool> ReleaseAsync(string digest, DateTimeOffset unlessCommittedSince, CancellationToken cancellationToken = default) =>
        Task.FromException<bool>(Refusal());

    public Task KeepAsync(string digest, CancellationToken cancellationToken = default) => Task.FromException(Refusal());

    // Nothing was staged here; the refusal that leads here must not be hidden by another.
    public Task AbandonAsync(StagedBlob staged, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task<Stream> OpenReadAsync(string digest, CancellationToken cancellationToken = default) => Task.FromException<Stream>(Refusal());

    public Task<BlobRef?> FindAsync(string digest, CancellationToken cancellationToken = default) => Task.FromException<BlobRef?>(Refusal());

    public Task VerifyAsync(string digest, CancellationToken cancellationToken = default) => Task.FromException(Refusal());

    public string GetLocalPath(string digest) => throw Refusal();

    public string GetLocalPath(StagedBlob staged) => throw Refusal();

    private static FailedPreconditionException Refusal() => new(
        "This process has no blob store, and bytes do not travel in grain messages: upload and download over gRPC (AddMlopsGrpcClient or MlopsGrpcClient.Connect), or register the IBlobStore that the silos use.",
        "blob-store");
}
