namespace Orleans.MLOps.Datasets;

/// <summary>One column of a dataset.</summary>
[GenerateSerializer, Immutable, Alias("mlops.datasets.column-schema")]
public sealed record ColumnSchema
{
    /// <summary>The column's name, unique in the dataset.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Its type.</summary>
    [Id(1)]
    public ColumnType Type { get; init; }

    /// <summary>What the column means, in the owner's words.</summary>
    [Id(2)]
    public string? Description { get; init; }
}
