using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Storage.Analytics;

/// <summary>What the caller knows about a file.</summary>
public sealed record TabularOptions
{
    /// <summary>The format. Default: found from the first bytes (Parquet has a magic number, anything else is CSV).</summary>
    public DataFormat? Format { get; init; }

    /// <summary>Column name to type; a value that does not fit is an error. Default: none, every type is inferred.</summary>
    public IReadOnlyDictionary<string, ColumnType> Types { get; init; } = new Dictionary<string, ColumnType>();
}
