using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Storage.Analytics;

/// <summary>A column of a query's result.</summary>
public sealed record QueryColumn
{
    /// <summary>The column's name.</summary>
    public required string Name { get; init; }

    /// <summary>DuckDB's name of its type, such as <c>DECIMAL(9,2)</c>.</summary>
    public required string SqlType { get; init; }

    /// <summary>The type a dataset would give it; null when datasets hold no such type (lists, structs, blobs, intervals).</summary>
    public ColumnType? Type { get; init; }
}
