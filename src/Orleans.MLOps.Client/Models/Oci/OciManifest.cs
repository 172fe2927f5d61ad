namespace Orleans.MLOps.Client.Models.Oci;

/// <summary>An OCI image manifest, as far as models need it.</summary>
internal sealed record OciManifest
{
    public required int SchemaVersion { get; init; }

    public string? MediaType { get; init; }

    public string? ArtifactType { get; init; }

    public required OciDescriptor Config { get; init; }

    public required OciDescriptor[] Layers { get; init; }

    public SortedDictionary<string, string>? Annotations { get; init; }
}
