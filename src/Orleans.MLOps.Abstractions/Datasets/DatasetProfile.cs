namespace Orleans.MLOps.Datasets;

/// <summary>The profile of a dataset version. Its sketches are stored beside it and serve as drift references.</summary>
[GenerateSerializer, Immutable, Alias("mlops.datasets.dataset-profile")]
public sealed record DatasetProfile
{
    /// <summary>Accepted rows.</summary>
    [Id(0)]
    public long RowCount { get; init; }

    /// <summary>One per column, in schema order.</summary>
    [Id(1)]
    public ColumnStatistics[] Columns { get; init; } = [];
}
