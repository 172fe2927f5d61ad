namespace Orleans.MLOps.Datasets;

/// <summary>What a dataset grain shows.</summary>
[GenerateSerializer, Immutable, Alias("mlops.datasets.dataset-summary")]
public sealed record DatasetSummary
{
    /// <summary>The project.</summary>
    [Id(0)]
    public required string Project { get; init; }

    /// <summary>The dataset's name.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>How many versions exist.</summary>
    [Id(2)]
    public int VersionCount { get; init; }

    /// <summary>Digest of the newest version.</summary>
    [Id(3)]
    public string? LatestDigest { get; init; }

    /// <summary>When the newest version was made.</summary>
    [Id(4)]
    public DateTimeOffset? UpdatedAt { get; init; }
}
