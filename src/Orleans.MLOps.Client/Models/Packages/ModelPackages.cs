using System.Text;

namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>Model packages out of a platform and into it.</summary>
public static class ModelPackages
{
    /// <summary>Writes a version as one file. The same version gives the same bytes.</summary>
    /// <param name="client">The platform that has the version.</param>
    /// <param name="model">The registered model.</param>
    /// <param name="version">The version, from 1.</param>
    /// <param name="target">Any stream; left open. After an error it holds a beginning that no reader takes for a package.</param>
    /// <param name="project">The model's project; default "default".</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The package's digest: the lower-case hex SHA-256 of its manifest, which names every other byte.</returns>
    /// <exception cref="NotFoundException">Model, version or one of its blobs does not exist.</exception>
    /// <exception cref="DataLossException">A blob's bytes are not those that the version names.</exception>
    public static async Task<string> ExportPackageAsync(
        this IMlopsClient client, string model, int version, Stream target, string project = "default", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(target);
        var info = await client.Models.GetVersionAsync(model, version, project, cancellationToken).ConfigureAwait(false);
        var card = Encoding.UTF8.GetBytes(PackageCard.Write(info));
        return await ModelPackageWriter.WriteAsync(PackagedVersion.ToManifest(info, card), CopyAsync, target, cancellationToken).ConfigureAwait(false);

        Task CopyAsync(ModelPackageEntry entry, Stream stream, CancellationToken token) => entry.Name == ModelPackageFormat.Card
            ? stream.WriteAsync(card, token).AsTask()
            : client.Datasets.DownloadAsync(entry.Sha256, stream, token);
    }
}
