namespace Orleans.MLOps.Datasets;

/// <summary>A blob's name and size.</summary>
[GenerateSerializer, Immutable, Alias("mlops.blob-ref")]
public sealed record BlobRef
{
    /// <summary>Lower-case hex SHA-256 of the content, 64 characters.</summary>
    [Id(0)]
    public required string Digest { get; init; }

    /// <summary>Length in bytes.</summary>
    [Id(1)]
    public required long Length { get; init; }
}
