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

    /// <summary>Reads a blob that the platform itself names.</summary>
    /// <exception cref="DataLossException">It is missing, or its bytes are not those that were written.</exception>
    public static async Task<byte[]> ReadOwnAsync(this IBlobStore blobs, string digest, string owner, CancellationToken cancellationToken = default)
    {
        try
        {
            return await blobs.ReadAsync(digest, cancellationToken).ConfigureAwait(false);
        }
        catch (NotFoundException error)
        {
            throw Missing(digest, owner, error);
        }
    }

    /// <summary>The local path of a blob that the platform itself names.</summary>
    /// <exception cref="DataLossException">It is missing.</exception>
    public static string GetOwnPath(this IBlobStore blobs, string digest, string owner)
    {
        try
        {
            return blobs.GetLocalPath(digest);
        }
        catch (NotFoundException error)
        {
            throw Missing(digest, owner, error);
        }
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

    private static DataLossException Missing(string digest, string owner, Exception error) =>
        new($"Blob {digest} is missing, although {owner} refers to it.", inner: error);
}
