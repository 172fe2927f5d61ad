namespace Orleans.MLOps.Datasets;

/// <summary>The profile of one column.</summary>
[GenerateSerializer, Immutable, Alias("mlops.datasets.column-statistics")]
public sealed record ColumnStatistics
{
    /// <summary>The column.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Its type.</summary>
    [Id(1)]
    public ColumnType Type { get; init; }

    /// <summary>Rows, nulls included.</summary>
    [Id(2)]
    public long Count { get; init; }

    /// <summary>Missing values.</summary>
    [Id(3)]
    public long Nulls { get; init; }

    /// <summary>NaN values.</summary>
    [Id(4)]
    public long NotANumber { get; init; }

    /// <summary>Infinite values.</summary>
    [Id(5)]
    public long Infinite { get; init; }

    /// <summary>Least finite number.</summary>
    [Id(6)]
    public double? Minimum { get; init; }

    /// <summary>Greatest finite number.</summary>
    [Id(7)]
    public double? Maximum { get; init; }

    /// <summary>Mean of the finite numbers.</summary>
    [Id(8)]
    public double? Mean { get; init; }

    /// <summary>Sample standard deviation of the finite numbers.</summary>
    [Id(9)]
    public double? StandardDeviation { get; init; }

    /// <summary>Estimated number of distinct values (HyperLogLog, about 2% error).</summary>
    [Id(10)]
    public double DistinctEstimate { get; init; }

    /// <summary>The 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99 quantiles (DDSketch, 1% relative error); empty for text.</summary>
    [Id(11)]
    public double[] Quantiles { get; init; } = [];

    /// <summary>The most frequent texts, at most 20.</summary>
    [Id(12)]
    public ValueCount[] TopValues { get; init; } = [];
}
