using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>A scored partition: its rows with their scores as Parquet.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.scoring-part")]
internal sealed record ScoringPart
{
    [Id(0)]
    public required BlobRef Blob { get; init; }

    [Id(1)]
    public required long Rows { get; init; }
}
