namespace Orleans.MLOps.Datasets;

/// <summary>
/// Content-addressed, immutable bytes. A blob's name is the lower-case hex SHA-256 of its content.
/// Bytes come in by staging: until <see cref="CommitAsync"/> nothing is visible, so refused input leaves no trace.
/// </summary>
public interface IBlobStore
{
    /// <summary>Streams <paramref name="content"/> into a staging file and hashes it on the way; buffers at most one piece.</summary>
    /// <returns>The staged upload. It survives until committed, abandoned or swept at the next start.</returns>
    /// <exception cref="ResourceExhaustedException">The disk is full; nothing stays behind.</exception>
    Task<StagedBlob> StageAsync(Stream content, CancellationToken cancellationToken = default);

    /// <summary>Makes a staged upload a blob: fsync file, rename, fsync folder. Idempotent: an upload whose content is already stored is dropped.</summary>
    /// <exception cref="NotFoundException">The upload id is unknown and its digest is not stored.</exception>
    Task<BlobRef> CommitAsync(StagedBlob staged, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="CommitAsync"/>, for bytes whose space may be given back; a blob that is kept for good already stays so.</summary>
    /// <exception cref="NotFoundException">The upload id is unknown and its digest is not stored.</exception>
    Task<BlobRef> CommitReleasableAsync(StagedBlob staged, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives back the space of releasable bytes that nobody committed at or after <paramref name="unlessCommittedSince"/>. The caller knows that
    /// nothing refers to them. Idempotent.
    /// </summary>
    /// <returns>Whether no releasable bytes of that digest are left.</returns>
    Task<bool> ReleaseAsync(string digest, DateTimeOffset unlessCommittedSince, CancellationToken cancellationToken = default);

    /// <summary>Keeps stored bytes for good, whatever promise they were committed with. Idempotent.</summary>
    /// <exception cref="NotFoundException">No such bytes are stored.</exception>
    Task KeepAsync(string digest, CancellationToken cancellationToken = default);

    /// <summary>Drops a staged upload. Unknown ids are ignored.</summary>
    Task AbandonAsync(StagedBlob staged, CancellationToken cancellationToken = default);

    /// <summary>Opens a blob for reading from its start.</summary>
    /// <exception cref="NotFoundException">No blob of that digest.</exception>
    Task<Stream> OpenReadAsync(string digest, CancellationToken cancellationToken = default);

    /// <summary>The blob's reference, or null if there is none.</summary>
    Task<BlobRef?> FindAsync(string digest, CancellationToken cancellationToken = default);

    /// <summary>Reads the blob again and compares its SHA-256 with its name.</summary>
    /// <exception cref="DataLossException">The bytes differ.</exception>
    Task VerifyAsync(string digest, CancellationToken cancellationToken = default);

    /// <summary>A path under which the blob's bytes can be read by native readers (DuckDB, ONNX Runtime); never write to it.</summary>
    /// <exception cref="NotFoundException">No blob of that digest.</exception>
    string GetLocalPath(string digest);

    /// <summary>The same for a staged upload.</summary>
    string GetLocalPath(StagedBlob staged);
}
