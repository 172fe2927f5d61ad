namespace Orleans.MLOps.Grains.Datasets;

/// <summary>A version in its dataset's list.</summary>
[GenerateSerializer, Immutable, Alias("mlops.state.dataset.version-entry")]
internal sealed record DatasetVersionEntry
{
    [Id(0)]
    public required string Digest { get; init; }

    [Id(1)]
    public DateTimeOffset CreatedAt { get; init; }
}
