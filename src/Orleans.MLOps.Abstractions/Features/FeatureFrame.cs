using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Features;

/// <summary>Evaluated features as Parquet: row id, event_time, label, label_available_at, then the features.</summary>
[GenerateSerializer, Immutable, Alias("mlops.features.feature-frame")]
public sealed record FeatureFrame
{
    /// <summary>The Parquet bytes.</summary>
    [Id(0)]
    public required BlobRef Data { get; init; }

    /// <summary>Examples.</summary>
    [Id(1)]
    public long RowCount { get; init; }

    /// <summary>Numeric feature columns, windows included.</summary>
    [Id(2)]
    public string[] Numeric { get; init; } = [];

    /// <summary>Text feature columns.</summary>
    [Id(3)]
    public string[] Categorical { get; init; } = [];

    /// <summary>Key of the view.</summary>
    [Id(4)]
    public required string View { get; init; }

    /// <summary>Its version.</summary>
    [Id(5)]
    public int ViewVersion { get; init; }

    /// <summary>Key of the dataset version.</summary>
    [Id(6)]
    public required string DatasetVersion { get; init; }
}
