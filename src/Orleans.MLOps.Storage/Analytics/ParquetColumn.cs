namespace Orleans.MLOps.Storage.Analytics;

/// <summary>A column held in memory on its way to a Parquet file. Make one with the method of its type; all columns of a file are equally long.</summary>
public sealed class ParquetColumn
{
    private ParquetColumn(string name, string sqlType, Array values) => (Name, SqlType, Values) = (name, sqlType, values);

    /// <summary>The column's name in the file.</summary>
    public string Name { get; }

    internal string SqlType { get; }

    internal Array Values { get; }

    /// <summary>Doubles; NaN is written as NULL (a missing value).</summary>
    public static ParquetColumn Doubles(string name, double[] values) => new(name, "DOUBLE", values);

    /// <summary>Texts; null is NULL.</summary>
    public static ParquetColumn Texts(string name, string?[] values) => new(name, "VARCHAR", values);

    /// <summary>Instants as UTC microseconds since 1970.</summary>
    public static ParquetColumn Instants(string name, long[] values) => new(name, "TIMESTAMP", values);

    /// <summary>Doubles; null is NULL, NaN stays NaN.</summary>
    public static ParquetColumn Numbers(string name, double?[] values) => new(name, "DOUBLE", values);

    /// <summary>Integers; null is NULL.</summary>
    public static ParquetColumn Integers(string name, long?[] values) => new(name, "BIGINT", values);

    /// <summary>Truth values; null is NULL.</summary>
    public static ParquetColumn Booleans(string name, bool?[] values) => new(name, "BOOLEAN", values);
}
