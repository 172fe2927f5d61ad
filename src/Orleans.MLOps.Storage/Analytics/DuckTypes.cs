using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Storage.Analytics;

/// <summary>DuckDB's type names and the dataset types, both ways.</summary>
internal static class DuckTypes
{
    public static ColumnType? FromSql(string sqlType) => sqlType switch
    {
        "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "UTINYINT" or "USMALLINT" or "UINTEGER" or "UBIGINT" or "HUGEINT" or "UHUGEINT" => ColumnType.Int64,
        "FLOAT" or "DOUBLE" => ColumnType.Double,
        "BOOLEAN" => ColumnType.Boolean,
        "DATE" => ColumnType.Date,
        "VARCHAR" or "UUID" => ColumnType.Text,
        _ when sqlType.StartsWith("DECIMAL", StringComparison.Ordinal) => ColumnType.Double,
        _ when sqlType.StartsWith("TIMESTAMP", StringComparison.Ordinal) => ColumnType.Timestamp,
        _ when sqlType.StartsWith("ENUM", StringComparison.Ordinal) => ColumnType.Text,
        _ => null,
    };

    /// <summary>The type of canonical Parquet: timestamps without zone, meaning UTC.</summary>
    public static string ToSql(ColumnType type) => type switch
    {
        ColumnType.Int64 => "BIGINT",
        ColumnType.Double => "DOUBLE",
        ColumnType.Boolean => "BOOLEAN",
        ColumnType.Timestamp => "TIMESTAMP",
        ColumnType.Date => "DATE",
        _ => "VARCHAR",
    };

    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
