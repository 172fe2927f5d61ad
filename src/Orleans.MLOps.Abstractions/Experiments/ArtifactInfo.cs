namespace Orleans.MLOps.Experiments;

/// <summary>A file of a run.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.artifact-info")]
public sealed record ArtifactInfo
{
    /// <summary>Its relative path, with forward slashes.</summary>
    [Id(0)]
    public required string Path { get; init; }

    /// <summary>SHA-256 of the content.</summary>
    [Id(1)]
    public required string Digest { get; init; }

    /// <summary>Bytes.</summary>
    [Id(2)]
    public long Length { get; init; }

    /// <summary>When it was logged.</summary>
    [Id(3)]
    public DateTimeOffset CreatedAt { get; init; }
}
