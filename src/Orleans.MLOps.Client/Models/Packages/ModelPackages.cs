using System.Text;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>Model packages out of a platform and into it.</summary>
public static class ModelPackages
{
    /// <summary>Writes a version as one file. The same version gives the same bytes; a card that somebody writes is part of it.</summary>
    /// <param name="client">The platform that has the version.</param>
    /// <param name="model">The registered model.</param>
    /// <param name="version">The version, from 1.</param>
    /// <param name="target">Any stream; left open. After an error it holds a beginning that no reader takes for a package.</param>
    /// <param name="project">The model's project; default "default".</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The package's digest: the lower-case hex SHA-256 of its manifest, which names every other byte.</returns>
    /// <exception cref="NotFoundException">Model, version or one of its blobs does not exist.</exception>
    /// <exception cref="FailedPreconditionException">
    /// The version is a TorchScript file, which is a program, a builtin, which has no bytes, or a foreign model, whose bytes are elsewhere.
    /// </exception>
    /// <exception cref="DataLossException">A blob's bytes are not those that the version names.</exception>
    public static async Task<string> ExportPackageAsync(
        this IMlopsClient client, string model, int version, Stream target, string project = "default", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(target);
        var manifest = PackagedVersion.ToManifest(await client.Models.GetVersionAsync(model, version, project, cancellationToken).ConfigureAwait(false));
        var written = await client.Models.GetCardAsync(model, version, project, cancellationToken).ConfigureAwait(false);
        var card = Encoding.UTF8.GetBytes(written.Edited ?? PackageCard.Write(manifest));
        return await ModelPackageWriter.WriteAsync(PackagedVersion.WithCard(manifest, card), CopyAsync, target, cancellationToken).ConfigureAwait(false);

        Task CopyAsync(ModelPackageEntry entry, Stream stream, CancellationToken token) => entry.Name == ModelPackageFormat.Card
            ? stream.WriteAsync(card, token).AsTask()
            : client.Datasets.DownloadAsync(entry.Sha256, stream, token);
    }

    /// <summary>
    /// Checks a package and registers what it holds as a new version, tagged <c>mlops.package.digest</c> and <c>mlops.package.source</c>. Its
    /// lineage names entities of the platform that it comes from. Idempotent by the package's digest: the same package is one version of
    /// a model, however often it is imported.
    /// </summary>
    /// <param name="client">The platform to register with.</param>
    /// <param name="package">A stream that can seek and holds nothing but the package; left open.</param>
    /// <param name="asModel">The registered model, made if it does not exist; default the name that the package gives.</param>
    /// <param name="project">The model's project; default "default".</param>
    /// <param name="cancellationToken">Gives up; importing again goes on.</param>
    /// <returns>The version; refused if the export's parity had failed.</returns>
    /// <exception cref="InvalidInputException">It is no package of this format, or does not hold together; the field names the entry. Nothing was registered.</exception>
    /// <exception cref="DataLossException">An entry's bytes are not those that the manifest names; the field names the entry. Nothing was registered.</exception>
    /// <exception cref="NotFoundException">The version that this package was registered as was deleted since.</exception>
    public static async Task<ModelVersionInfo> ImportPackageAsync(
        this IMlopsClient client, Stream package, string? asModel = null, string project = "default", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        using var opened = await ModelPackage.OpenAsync(package, leaveOpen: true, cancellationToken).ConfigureAwait(false);
        return await new PackageImport(client.Models, opened, project, asModel ?? opened.Manifest.Model, cancellationToken).RunAsync().ConfigureAwait(false);
    }
}
