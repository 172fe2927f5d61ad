namespace Orleans.MLOps.Datasets;

/// <summary>An upload that is not yet a blob.</summary>
[GenerateSerializer, Immutable, Alias("mlops.staged-blob")]
public sealed record StagedBlob
{
    /// <summary>Names the staging file, 32 hex digits.</summary>
    [Id(0)]
    public required string UploadId { get; init; }

    /// <summary>Lower-case hex SHA-256 of the content.</summary>
    [Id(1)]
    public required string Digest { get; init; }

    /// <summary>Length in bytes.</summary>
    [Id(2)]
    public required long Length { get; init; }
}
