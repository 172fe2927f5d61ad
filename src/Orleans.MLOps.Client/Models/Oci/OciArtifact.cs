using Orleans.MLOps.Client.Models.Packages;

namespace Orleans.MLOps.Client.Models.Oci;

/// <summary>A model in a registry.</summary>
public sealed record OciArtifact
{
    /// <summary>The artifact by its digest, whatever the reference that was given.</summary>
    public required OciReference Reference { get; init; }

    /// <summary>The digest of the package: the lower-case hex SHA-256 of its manifest.</summary>
    public required string PackageDigest { get; init; }

    /// <summary>What the package says of its version.</summary>
    public required ModelPackageManifest Manifest { get; init; }
}
