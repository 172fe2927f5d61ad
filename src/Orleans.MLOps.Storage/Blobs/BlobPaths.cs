using System.Buffers;

namespace Orleans.MLOps.Storage.Blobs;

/// <summary>Names to paths; refuses everything that is not lower-case hex, so no name can leave the folder.</summary>
internal sealed class BlobPaths(string folder)
{
    private const int DigestDigits = 64;
    private const int UploadDigits = 32;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    public string Staging { get; } = Path.Combine(folder, ".staging");

    public string Blob(string digest)
    {
        RequireHex(digest, DigestDigits, "digest");
        return Path.Combine(folder, digest[..2], digest[2..]);
    }

    /// <summary>Where bytes stand whose space may be given back.</summary>
    public string Releasable(string digest)
    {
        RequireHex(digest, DigestDigits, "digest");
        return Path.Combine(folder, "releasable", digest[..2], digest[2..]);
    }

    /// <summary>Where they wait while it is decided.</summary>
    public string Released(string digest)
    {
        RequireHex(digest, DigestDigits, "digest");
        return Path.Combine(folder, "released", digest);
    }

    public string Upload(string upload)
    {
        RequireHex(upload, UploadDigits, "uploadId");
        return Path.Combine(Staging, upload);
    }

    private static void RequireHex(string name, int digits, string field)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length != digits || name.AsSpan().ContainsAnyExcept(Hex))
        {
            throw new InvalidInputException($"The blob {field} \"{name}\" is not {digits} lower-case hex digits.", field);
        }
    }
}
