using System.Security.Cryptography;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>A registered version as a package and back.</summary>
internal static class PackagedVersion
{
    public static ModelPackageManifest ToManifest(ModelVersionInfo version, byte[] card) => new()
    {
        Project = version.Project,
        Model = version.Model,
        Version = version.Version,
        Digest = version.Digest,
        CreatedAt = version.CreatedAt,
        Signature = version.Signature,
        NetworkJson = version.NetworkJson,
        Parity = version.Parity,
        Metrics = version.Metrics,
        Lineage = new() { Job = version.Job, RunId = version.RunId, DatasetVersion = version.DatasetVersion, FeatureView = version.FeatureView },
        Entries =
        [
            new() { Name = ModelPackageFormat.Card, Sha256 = Convert.ToHexStringLower(SHA256.HashData(card)), Length = card.Length },
            .. Entry(ModelPackageFormat.Weights, version.Weights),
            .. Entry(ModelPackageFormat.Onnx, version.Onnx),
            .. Entry(ModelPackageFormat.Reference, version.Reference),
        ],
    };

    /// <summary>The command that registers what a package holds. Its operation id is made of the package's digest, so the same package is registered once.</summary>
    public static RegisterModelVersion ToCommand(ModelPackage package, string project, string model, Dictionary<string, BlobRef> blobs)
    {
        var manifest = package.Manifest;
        return new()
        {
            Project = project,
            Model = model,
            OperationId = "package-" + package.Digest,
            Onnx = blobs[ModelPackageFormat.Onnx],
            Weights = blobs[ModelPackageFormat.Weights],
            NetworkJson = manifest.NetworkJson,
            Signature = manifest.Signature,
            Parity = manifest.Parity,
            Reference = blobs.GetValueOrDefault(ModelPackageFormat.Reference),
            Job = manifest.Lineage.Job,
            RunId = manifest.Lineage.RunId,
            DatasetVersion = manifest.Lineage.DatasetVersion,
            FeatureView = manifest.Lineage.FeatureView,
            Metrics = manifest.Metrics,
        };
    }

    private static ModelPackageEntry[] Entry(string name, BlobRef? blob) =>
        blob is null ? [] : [new() { Name = name, Sha256 = blob.Digest, Length = blob.Length }];
}
