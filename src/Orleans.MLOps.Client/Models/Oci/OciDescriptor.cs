namespace Orleans.MLOps.Client.Models.Oci;

/// <summary>A blob as an image manifest names it.</summary>
internal sealed record OciDescriptor
{
    /// <summary>The annotation that names a layer's file.</summary>
    public const string Title = "org.opencontainers.image.title";

    public required string MediaType { get; init; }

    public required string Digest { get; init; }

    public required long Size { get; init; }

    public SortedDictionary<string, string>? Annotations { get; init; }
}
