using System.Security.Cryptography;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>A registered version as a package and back.</summary>
internal static class PackagedVersion
{
    /// <summary>The tag of an imported version that names its package.</summary>
    public const string DigestTag = "mlops.package.digest";

    /// <summary>The tag of an imported version that names the version it was exported from, by its key there.</summary>
    public const string SourceTag = "mlops.package.source";

    /// <summary>The manifest of a version, without its card.</summary>
    /// <exception cref="FailedPreconditionException">The version's bytes are a program, or are not here.</exception>
    public static ModelPackageManifest ToManifest(ModelVersionInfo version)
    {
        if (version is not ({ Digest: not null, Weights: not null } or { Digest: not null, Onnx: not null, Tensors: not null }))
        {
            throw new FailedPreconditionException($"Version {version.Version} of model '{version.Model}' {WhyNot(version)}", "version");
        }

        return new()
        {
            Project = version.Project,
            Model = version.Model,
            Version = version.Version,
            Digest = version.Digest,
            CreatedAt = version.CreatedAt,
            Signature = version.Signature,
            Outputs = version.Outputs,
            Tensors = version.Tensors,
            NetworkJson = version.NetworkJson,
            Parity = version.Parity,
            Metrics = version.Metrics,
            Lineage = new() { Job = version.Job, RunId = version.RunId, DatasetVersion = version.DatasetVersion, FeatureView = version.FeatureView },
            Entries = [.. Entry(ModelPackageFormat.Weights, version.Weights), .. Entry(ModelPackageFormat.Onnx, version.Onnx), .. Entry(ModelPackageFormat.Reference, version.Reference)],
        };
    }

    public static ModelPackageManifest WithCard(ModelPackageManifest manifest, byte[] card)
    {
        var entry = new ModelPackageEntry { Name = ModelPackageFormat.Card, Sha256 = Convert.ToHexStringLower(SHA256.HashData(card)), Length = card.Length };
        return manifest with { Entries = [entry, .. manifest.Entries] };
    }

    /// <summary>The command that registers what a package holds. Its operation id is made of the package's digest, so the same package is registered once.</summary>
    public static RegisterModelVersion ToCommand(ModelPackage package, string project, string model)
    {
        var manifest = package.Manifest;
        return new()
        {
            Project = project,
            Model = model,
            OperationId = "package-" + package.Digest,
            Onnx = Blob(manifest, ModelPackageFormat.Onnx),
            Weights = Blob(manifest, ModelPackageFormat.Weights),
            NetworkJson = manifest.NetworkJson,
            Signature = manifest.Signature,
            Outputs = manifest.Outputs,
            Tensors = manifest.Tensors,
            Parity = manifest.Parity,
            Reference = Blob(manifest, ModelPackageFormat.Reference),
            Job = manifest.Lineage.Job,
            RunId = manifest.Lineage.RunId,
            DatasetVersion = manifest.Lineage.DatasetVersion,
            FeatureView = manifest.Lineage.FeatureView,
            Metrics = manifest.Metrics,
            Tags = new()
            {
                [DigestTag] = package.Digest,
                [SourceTag] = new ModelVersionKey(manifest.Project, manifest.Model, manifest.Version).ToString(),
            },
        };
    }

    private static string WhyNot(ModelVersionInfo version) => version switch
    {
        { TorchScript: not null } => "is a TorchScript file, which is a program that runs in the process of whoever opens it; a package holds only data. Register the model as ONNX to package it.",
        { Builtin: { } builtin } => $"is the builtin '{builtin}', which is part of a program; there is nothing to package.",
        _ => $"is a foreign model at '{version.Source}'; only versions whose bytes the platform holds can be packaged.",
    };

    private static ModelPackageEntry[] Entry(string name, BlobRef? blob) => blob is null ? [] : [new() { Name = name, Sha256 = blob.Digest, Length = blob.Length }];

    private static BlobRef? Blob(ModelPackageManifest manifest, string name) =>
        manifest.Find(name) is { } entry ? new() { Digest = entry.Sha256, Length = entry.Length } : null;
}
