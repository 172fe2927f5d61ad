using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>Checks the files of a package that is being opened.</summary>
internal static class PackageCheck
{
    private const int Piece = 128 * 1024;
    private const int LengthPrefix = sizeof(ulong);

    /// <summary>The files by name: only known ones, each once and none compressed, so none can grow while it is read.</summary>
    /// <exception cref="InvalidInputException">A file is unknown, doubled or compressed; the message names it.</exception>
    public static Dictionary<string, ZipArchiveEntry> Index(ZipArchive zip)
    {
        var files = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        foreach (var file in zip.Entries)
        {
            if (file.FullName != ModelPackageFormat.Manifest && !ModelPackageFormat.Entries.Contains(file.FullName))
            {
                throw Wrong(
                    $"The package holds '{file.FullName}'; allowed are {ModelPackageFormat.Manifest}, {string.Join(", ", ModelPackageFormat.Entries)}.", file.FullName);
            }

            if (!files.TryAdd(file.FullName, file))
            {
                throw Wrong($"The package holds '{file.FullName}' twice.", file.FullName);
            }

            if (file.CompressedLength != file.Length)
            {
                throw Wrong(
                    $"The package holds '{file.FullName}' with {file.CompressedLength} bytes for {file.Length}; the files of a package are not compressed.", file.FullName);
            }
        }

        return files;
    }

    /// <summary>Reads the manifest.</summary>
    /// <exception cref="InvalidInputException">There is none, or it is too long.</exception>
    public static byte[] ReadManifest(Dictionary<string, ZipArchiveEntry> files)
    {
        if (!files.TryGetValue(ModelPackageFormat.Manifest, out var file))
        {
            throw Wrong($"The package holds no '{ModelPackageFormat.Manifest}'.", ModelPackageFormat.Manifest);
        }

        if (file.Length > ModelPackageFormat.LongestManifest)
        {
            throw Wrong($"'{file.FullName}' has {file.Length} bytes; at most {ModelPackageFormat.LongestManifest} are allowed.", file.FullName);
        }

        var bytes = new byte[file.Length];
        using var content = file.Open();
        if (content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length || content.ReadByte() >= 0)
        {
            throw new DataLossException($"'{file.FullName}' does not hold the {file.Length} bytes that the package's list gives it.", file.FullName);
        }

        return bytes;
    }

    /// <summary>The package holds just the files that its manifest names, with their lengths.</summary>
    /// <exception cref="InvalidInputException">A file is missing or not named.</exception>
    /// <exception cref="DataLossException">A file has another length.</exception>
    public static void Match(ModelPackageManifest manifest, Dictionary<string, ZipArchiveEntry> files)
    {
        foreach (var name in files.Keys)
        {
            if (name != ModelPackageFormat.Manifest && manifest.Find(name) is null)
            {
                throw Wrong($"The package holds '{name}', which its manifest does not name.", name);
            }
        }

        foreach (var entry in manifest.Entries)
        {
            if (!files.TryGetValue(entry.Name, out var file))
            {
                throw Wrong($"The package lacks '{entry.Name}', which its manifest names.", entry.Name);
            }

            if (file.Length != entry.Length)
            {
                throw new DataLossException($"'{entry.Name}' has {file.Length} bytes; its manifest says {entry.Length}.", entry.Name);
            }
        }
    }

    /// <summary>Reads a file to its end and compares.</summary>
    /// <exception cref="DataLossException">The bytes are not those that the manifest names.</exception>
    public static void Verify(ModelPackageEntry entry, ZipArchiveEntry file, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            using var content = file.Open();
            using var verifying = new VerifyingStream(Stream.Null, entry);
            int read;
            while ((read = content.Read(buffer, 0, Piece)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                verifying.Write(buffer.AsSpan(0, read));
            }

            verifying.Complete();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The weights begin as safetensors do, with the length of a JSON header; a pickle under that name does not.</summary>
    /// <exception cref="InvalidInputException">They do not.</exception>
    public static void CheckWeights(ZipArchiveEntry file)
    {
        Span<byte> head = stackalloc byte[LengthPrefix + 1];
        using var content = file.Open();
        if (content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length
            || BinaryPrimitives.ReadUInt64LittleEndian(head) > (ulong)(file.Length - LengthPrefix)
            || head[LengthPrefix] != '{')
        {
            throw Wrong($"'{file.FullName}' is not a safetensors file: it does not begin with the length of its JSON header.", file.FullName);
        }
    }

    private static InvalidInputException Wrong(string message, string entry) => new(message, entry);
}
