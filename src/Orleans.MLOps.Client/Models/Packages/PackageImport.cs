using Orleans.MLOps.Datasets;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>Registers what an opened package holds: the files first, then the version that names them.</summary>
internal static class PackageImport
{
    public static async Task<ModelVersionInfo> RunAsync(
        ModelPackage package,
        string? asModel,
        string project,
        Func<Stream, CancellationToken, Task<BlobRef>> upload,
        Func<RegisterModelVersion, CancellationToken, Task<ModelVersionInfo>> register,
        CancellationToken cancellationToken)
    {
        var model = asModel ?? package.Manifest.Model;
        _ = new ModelKey(project, model).ToString();
        if (package.Manifest.Find(ModelPackageFormat.Onnx) is null)
        {
            throw new InvalidInputException(
                $"The package of version {package.Manifest.Version} of model '{package.Manifest.Model}' holds no '{ModelPackageFormat.Onnx}'; a version is registered only with one.",
                ModelPackageFormat.Onnx);
        }

        var blobs = new Dictionary<string, BlobRef>(StringComparer.Ordinal);
        foreach (var entry in package.Manifest.Entries.Where(entry => entry.Name != ModelPackageFormat.Card))
        {
            blobs[entry.Name] = await UploadAsync(entry).ConfigureAwait(false);
        }

        return await register(PackagedVersion.ToCommand(package, project, model, blobs), cancellationToken).ConfigureAwait(false);

        async Task<BlobRef> UploadAsync(ModelPackageEntry entry)
        {
            var content = package.OpenEntry(entry.Name);
            await using (content.ConfigureAwait(false))
            {
                var blob = await upload(content, cancellationToken).ConfigureAwait(false);
                return blob.Digest == entry.Sha256 && blob.Length == entry.Length
                    ? blob
                    : throw new DataLossException(
                        $"'{entry.Name}' arrived as {blob.Length} bytes of SHA-256 {blob.Digest}; {entry.Length} of {entry.Sha256} were sent.", entry.Name);
            }
        }
    }
}
