using System.Data.Common;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Storage.Analytics;

/// <summary>A checked Parquet file, read as view <c>source</c> of a session.</summary>
internal sealed class ParquetTable(IReadOnlyList<ColumnSchema> columns, long rowCount)
{
    private static readonly byte[] Magic = "PAR1"u8.ToArray();

    public IReadOnlyList<ColumnSchema> Columns { get; } = columns;

    public long RowCount { get; } = rowCount;

    public static bool HasMagic(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        Span<byte> head = stackalloc byte[4];
        return stream.ReadAtLeast(head, 4, throwOnEndOfStream: false) == 4 && head.SequenceEqual(Magic);
    }

    /// <summary>Finds truncation before DuckDB opens the file, to say it in plain words.</summary>
    public static void RequireWhole(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        if (stream.Length == 0)
        {
            throw new InvalidInputException("The file is empty; Parquet was expected.", "content");
        }

        if (!HasMagic(path))
        {
            throw new InvalidInputException("The file does not start with PAR1, so it is not Parquet.", "content");
        }

        Span<byte> tail = stackalloc byte[8];
        if (stream.Length >= 12)
        {
            stream.Seek(-8, SeekOrigin.End);
            stream.ReadExactly(tail);
        }

        if (stream.Length < 12 || !tail[4..].SequenceEqual(Magic) || BitConverter.ToUInt32(tail) > stream.Length - 12)
        {
            throw new InvalidInputException($"The Parquet file is truncated: its {stream.Length} bytes do not end with a footer.", "content");
        }
    }

    public static ParquetTable Open(AnalyticsSession session, string link, TabularOptions options)
    {
        TabularNames.Check(Names(session, link), options, "Parquet schema");
        var columns = new List<ColumnSchema>();
        foreach (var column in AnalyticsEngine.Describe(session, "SELECT * FROM source").Columns)
        {
            var inferred = column.Type ?? throw new InvalidInputException(
                $"Column \"{column.Name}\" has type {column.SqlType}, which datasets do not hold; allowed are integers, floats, decimals, text, booleans, timestamps and dates.", column.Name);
            var type = options.Types.TryGetValue(column.Name, out var declared) ? declared : inferred;
            if (type != inferred || column.SqlType is "UBIGINT" or "HUGEINT" or "UHUGEINT")
            {
                RequireCast(session, column, type);
            }

            columns.Add(new ColumnSchema { Name = column.Name, Type = type });
        }

        var rows = (long)session.Scalar("SELECT count(*) FROM source")!;
        return rows > 0 ? new ParquetTable(columns, rows) : throw new InvalidInputException("The Parquet file holds no rows.", "content");
    }

    public void Read(AnalyticsSession session, Action<object?[]> row)
    {
        var values = new object?[Columns.Count];
        session.Read($"SELECT {Select()} FROM source", reader =>
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = reader.IsDBNull(i) ? null : Value(reader, i);
            }

            row(values);
        });
    }

    public long WriteParquet(AnalyticsSession session, string target) =>
        AnalyticsEngine.WriteParquet(session, $"SELECT row_number() OVER () - 1 AS {TabularNames.RowOrdinal}, {Select()} FROM source", target);

    private string Select() => string.Join(", ", Columns.Select(c => $"CAST({DuckTypes.Identifier(c.Name)} AS {DuckTypes.ToSql(c.Type)}) AS {DuckTypes.Identifier(c.Name)}"));

    private object Value(DbDataReader reader, int index) => Columns[index].Type switch
    {
        ColumnType.Int64 => reader.GetInt64(index),
        ColumnType.Double => reader.GetDouble(index),
        ColumnType.Boolean => reader.GetBoolean(index),
        ColumnType.Date => reader.GetFieldValue<DateOnly>(index),
        ColumnType.Timestamp => new DateTimeOffset(DateTime.SpecifyKind(reader.GetDateTime(index), DateTimeKind.Utc)),
        _ => reader.GetString(index),
    };

    /// <summary>The top-level names as the file states them; DuckDB would rename duplicates.</summary>
    private static List<string> Names(AnalyticsSession session, string link)
    {
        var nodes = new List<(string Name, long Children)>();
        session.Read(
            $"SELECT name, coalesce(num_children, 0) FROM parquet_schema({DuckTypes.Literal(link)})",
            reader => nodes.Add((reader.GetString(0), reader.GetInt64(1))));
        var names = new List<string>();
        for (var at = 1; at < nodes.Count; at = After(at))
        {
            names.Add(nodes[at].Name);
        }

        return names;

        int After(int at)
        {
            var next = at + 1;
            for (var child = 0L; child < nodes[at].Children && next < nodes.Count; child++)
            {
                next = After(next);
            }

            return next;
        }
    }

    private static void RequireCast(AnalyticsSession session, QueryColumn column, ColumnType type)
    {
        var name = DuckTypes.Identifier(column.Name);
        session.Read(
            $"SELECT ordinal, value FROM (SELECT row_number() OVER () - 1 AS ordinal, CAST({name} AS VARCHAR) AS value, TRY_CAST({name} AS {DuckTypes.ToSql(type)}) IS NULL AND {name} IS NOT NULL AS misfit FROM source) WHERE misfit LIMIT 1",
            reader => throw TabularNames.Misfit($"Row {reader.GetInt64(0)} (from 0)", column.Name, reader.GetString(1), type));
    }
}
