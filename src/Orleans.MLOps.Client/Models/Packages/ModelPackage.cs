using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>
/// An opened package. Opening reads and checks all of it before anything is given out, and needs no platform. Not thread-safe: the
/// entries of one package share its file.
/// </summary>
public sealed class ModelPackage : IDisposable
{
    // The list of a package takes some hundred bytes, and its end is looked for in the last 64 KiB.
    private const int ListBudget = 256 * 1024;

    private readonly Stream? owned;
    private readonly ZipArchive zip;
    private readonly Dictionary<string, ZipArchiveEntry> files;

    private ModelPackage(Stream? owned, ZipArchive zip, Dictionary<string, ZipArchiveEntry> files, byte[] bytes, ModelPackageManifest manifest)
    {
        (this.owned, this.zip, this.files) = (owned, zip, files);
        (ManifestBytes, Manifest) = (bytes, manifest);
        Digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    /// <summary>What the package says of its version.</summary>
    public ModelPackageManifest Manifest { get; }

    /// <summary>The lower-case hex SHA-256 of the manifest, which names every other byte.</summary>
    public string Digest { get; }

    /// <summary>The manifest as it stands in the package.</summary>
    internal byte[] ManifestBytes { get; }

    /// <summary>Opens a file; reads all of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The package; dispose it to close the file.</returns>
    /// <exception cref="NotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidInputException">It is no package of this format, or holds what a package may not hold; the field names the entry.</exception>
    /// <exception cref="DataLossException">An entry's bytes are not those that the manifest names; the field names the entry.</exception>
    public static ModelPackage Open(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return Open(File.OpenRead(path), leaveOpen: false, cancellationToken);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NotFoundException($"There is no package '{path}'.", "path", error);
        }
    }

    /// <summary>Opens a stream; reads all of it.</summary>
    /// <param name="package">A stream that can seek and holds nothing but the package.</param>
    /// <param name="leaveOpen">Whether the stream stays open, also when opening fails; default false.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The package.</returns>
    /// <exception cref="InvalidInputException">It is no package of this format, or holds what a package may not hold; the field names the entry.</exception>
    /// <exception cref="DataLossException">An entry's bytes are not those that the manifest names; the field names the entry.</exception>
    public static ModelPackage Open(Stream package, bool leaveOpen = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(package);
        try
        {
            return Read(package, leaveOpen, cancellationToken);
        }
        catch (Exception error)
        {
            if (!leaveOpen)
            {
                package.Dispose();
            }

            if (error is InvalidDataException or EndOfStreamException)
            {
                throw new InvalidInputException($"The bytes are not a model package: {error.Message}", "package", error);
            }

            throw;
        }
    }

    /// <summary>The same as <see cref="Open(Stream, bool, CancellationToken)"/>, while the caller's thread is free.</summary>
    /// <param name="package">A stream that can seek and holds nothing but the package.</param>
    /// <param name="leaveOpen">Whether the stream stays open, also when opening fails; default false.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The package.</returns>
    public static Task<ModelPackage> OpenAsync(Stream package, bool leaveOpen = false, CancellationToken cancellationToken = default) =>
        Task.Run(() => Open(package, leaveOpen, cancellationToken), CancellationToken.None);

    /// <summary>Opens an entry for reading from its start, one at a time.</summary>
    /// <param name="name">One of <see cref="ModelPackageFormat.Entries"/>, or <see cref="ModelPackageFormat.Manifest"/>.</param>
    /// <exception cref="NotFoundException">The package has no such entry.</exception>
    public Stream OpenEntry(string name) => Find(name).Open();

    /// <summary>All bytes of an entry.</summary>
    /// <param name="name">One of <see cref="ModelPackageFormat.Entries"/>, or <see cref="ModelPackageFormat.Manifest"/>.</param>
    /// <exception cref="NotFoundException">The package has no such entry.</exception>
    /// <exception cref="ResourceExhaustedException">It is longer than an array can be, 2 GiB.</exception>
    public byte[] ReadEntry(string name)
    {
        var file = Find(name);
        if (file.Length > Array.MaxLength)
        {
            throw new ResourceExhaustedException($"'{name}' has {file.Length} bytes; an array holds at most {Array.MaxLength}.", name);
        }

        var bytes = new byte[file.Length];
        using var content = file.Open();
        content.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The model card in Markdown.</summary>
    public string ReadCard() => Encoding.UTF8.GetString(ReadEntry(ModelPackageFormat.Card));

    /// <summary>Closes the package.</summary>
    public void Dispose()
    {
        zip.Dispose();
        owned?.Dispose();
    }

    private static ModelPackage Read(Stream package, bool leaveOpen, CancellationToken cancellationToken)
    {
        if (!package.CanSeek)
        {
            throw new InvalidInputException("The package comes in a stream that cannot seek; write it to a file first.", "package");
        }

        var bounded = new BudgetStream(package, ListBudget);
        var zip = new ZipArchive(bounded, ZipArchiveMode.Read, leaveOpen: true);
        try
        {
            var files = PackageCheck.Index(zip);
            bounded.Lift();
            var bytes = PackageCheck.ReadManifest(files);
            var manifest = ManifestJson.Read(bytes);
            PackageCheck.Match(manifest, files);
            if (files.TryGetValue(ModelPackageFormat.Weights, out var weights))
            {
                PackageCheck.CheckWeights(weights);
            }

            foreach (var entry in manifest.Entries)
            {
                PackageCheck.Verify(entry, files[entry.Name], cancellationToken);
            }

            return new(leaveOpen ? null : package, zip, files, bytes, manifest);
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    private ZipArchiveEntry Find(string name) => files.TryGetValue(name, out var file)
        ? file
        : throw new NotFoundException($"The package of version {Manifest.Version} of model '{Manifest.Model}' holds no '{name}'.", name);
}
