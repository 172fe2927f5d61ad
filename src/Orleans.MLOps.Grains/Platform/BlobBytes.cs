using System.Security.Cryptography;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Platform;

/// <summary>Whole blobs as arrays, for content that is small by its nature: models, checkpoints, records.</summary>
internal static class BlobBytes
{
    /// <summary>Stores bytes; durable when it returns. Idempotent.</summary>
    public static async Task<BlobRef> WriteAsync(this IBlobStore blobs, byte[] content, CancellationToken cancellationToken = default)
    {
        var staged = await blobs.StageAsync(content, cancellationToken).ConfigureAwait(false);
        return await blobs.CommitAsync(staged, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stages bytes for a grain that commits them.</summary>
    public static async Task<StagedBlob> StageAsync(this IBlobStore blobs, byte[] content, CancellationToken cancellationToken = default)
    {
        using var stream = new MemoryStream(content, writable: false);
        return await blobs.StageAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a blob whole and checks it against its name.</summary>
    /// <exception cref="NotFoundException">No blob of that digest.</exception>
    /// <exception cref="DataLossException">The stored bytes are not those that were written.</exception>
    public static async Task<byte[]> ReadAsync(this IBlobStore blobs, string digest, CancellationToken cancellationToken = default)
    {
        var stream = await blobs.OpenReadAsync(digest, cancellationToken).ConfigureAwait(false);
        await using var owned = stream.ConfigureAwait(false);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
        var bytes = content.ToArray();
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == digest
            ? bytes
            : throw new DataLossException($"The stored bytes of blob {digest} do not have that digest.");
    }
}
