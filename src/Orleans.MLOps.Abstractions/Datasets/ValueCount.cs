namespace Orleans.MLOps.Datasets;

/// <summary>A value and how often it occurs.</summary>
[GenerateSerializer, Immutable, Alias("mlops.datasets.value-count")]
public sealed record ValueCount
{
    /// <summary>The value.</summary>
    [Id(0)]
    public required string Value { get; init; }

    /// <summary>Occurrences.</summary>
    [Id(1)]
    public long Count { get; init; }
}
