using System.IO.Compression;
using System.Security.Cryptography;

namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>
/// Writes packages. Order, times and modes of the files are fixed and nothing is compressed (weights hardly are compressible), so the same
/// version gives the same bytes.
/// </summary>
public static class ModelPackageWriter
{
    private const int RegularFile = 0x81A4 << 16;

    // The earliest time that a zip file can name.
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes a package forwards, without holding more than a piece of it in memory.</summary>
    /// <param name="manifest">What the package holds; its entries are written in the order of <see cref="ModelPackageFormat.Entries"/>.</param>
    /// <param name="copy">Writes the content of an entry to the stream it is given.</param>
    /// <param name="target">Any stream; left open. After an error it holds a beginning that no reader takes for a package.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The package's digest: the lower-case hex SHA-256 of its manifest, which names every other byte.</returns>
    /// <exception cref="InvalidInputException">The manifest breaks a rule; nothing was written.</exception>
    /// <exception cref="DataLossException">A content is not the one that the manifest names.</exception>
    public static Task<string> WriteAsync(
        ModelPackageManifest manifest,
        Func<ModelPackageEntry, Stream, CancellationToken, Task> copy,
        Stream target,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(copy);
        ArgumentNullException.ThrowIfNull(target);
        return WriteAsync(ManifestJson.Write(manifest), copy, target, cancellationToken);
    }

    /// <summary>The same with the manifest's own bytes, so that a package keeps its digest wherever it goes.</summary>
    internal static async Task<string> WriteAsync(
        byte[] manifest, Func<ModelPackageEntry, Stream, CancellationToken, Task> copy, Stream target, CancellationToken cancellationToken)
    {
        var entries = ManifestJson.Read(manifest).Entries.ToDictionary(entry => entry.Name);
        var forwards = new PackageTarget(target);
        await using (forwards.ConfigureAwait(false))
        {
            var zip = new ZipArchive(forwards, ZipArchiveMode.Create, leaveOpen: true);
            await using (zip.ConfigureAwait(false))
            {
                try
                {
                    await AddAsync(zip, ModelPackageFormat.Manifest, stream => stream.WriteAsync(manifest, cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
                    foreach (var name in ModelPackageFormat.Entries.Where(entries.ContainsKey))
                    {
                        await AddAsync(zip, name, stream => CopyAsync(entries[name], stream), cancellationToken).ConfigureAwait(false);
                    }
                }
                catch
                {
                    forwards.Cut();
                    throw;
                }
            }
        }

        await target.FlushAsync(cancellationToken).ConfigureAwait(false);
        return Convert.ToHexStringLower(SHA256.HashData(manifest));

        async Task CopyAsync(ModelPackageEntry entry, Stream stream)
        {
            var verifying = new VerifyingStream(stream, entry);
            await using (verifying.ConfigureAwait(false))
            {
                await copy(entry, verifying, cancellationToken).ConfigureAwait(false);
                verifying.Complete();
            }
        }
    }

    private static async Task AddAsync(ZipArchive zip, string name, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = Epoch;
        entry.ExternalAttributes = RegularFile;
        var stream = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await write(stream).ConfigureAwait(false);
        }
    }
}
