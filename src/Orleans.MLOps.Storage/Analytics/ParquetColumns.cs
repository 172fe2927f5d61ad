using DuckDB.NET.Data;

namespace Orleans.MLOps.Storage.Analytics;

/// <summary>Writes columns from memory as a Parquet file.</summary>
public static class ParquetColumns
{
    /// <summary>Writes the columns, rows in their order, optionally behind the rows of files with columns of the same names, all sorted as asked.</summary>
    /// <param name="engine">The engine that writes.</param>
    /// <param name="columns">At least one column, all equally long.</param>
    /// <param name="earlier">Local paths of Parquet files whose rows join the file; columns are matched by name.</param>
    /// <param name="orderBy">Columns to sort by, in order.</param>
    /// <param name="path">The file; appears complete or not at all, and is not flushed.</param>
    /// <param name="cancellationToken">Interrupts the work.</param>
    /// <returns>The number of rows.</returns>
    /// <exception cref="ArgumentException">No columns, or columns of different length.</exception>
    /// <exception cref="InvalidInputException">An earlier file lacks a column.</exception>
    /// <exception cref="ResourceExhaustedException">More memory or disk is needed than there is.</exception>
    public static Task<long> WriteColumnsAsync(
        this AnalyticsEngine engine,
        IReadOnlyList<ParquetColumn> columns,
        IReadOnlyList<string> earlier,
        IReadOnlyList<string> orderBy,
        string path,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(earlier);
        RequireEqual(columns);
        var sources = earlier.Count == 0 ? [] : new[] { new AnalyticsSource { Name = "earlier", Paths = earlier } };
        return engine.RunAsync(
            sources,
            session =>
            {
                CreateTable(session, columns);
                var names = string.Join(", ", columns.Select(column => $"{DuckTypes.Identifier(column.Name)}::{column.SqlType} AS {DuckTypes.Identifier(column.Name)}"));
                var union = earlier.Count == 0 ? $"SELECT {names} FROM added" : $"SELECT {names} FROM earlier UNION ALL SELECT {names} FROM added";
                var order = orderBy.Count == 0 ? "" : $" ORDER BY {string.Join(", ", orderBy.Select(DuckTypes.Identifier))}";
                return AnalyticsEngine.WriteParquet(session, $"SELECT * FROM ({union}){order}", path);
            },
            cancellationToken);
    }

    /// <summary>Writes what a query makes of its sources and of columns from memory, which it finds as the table <c>added</c>.</summary>
    /// <param name="engine">The engine that writes.</param>
    /// <param name="sql">The query, in the platform's own words.</param>
    /// <param name="sources">The files that it reads.</param>
    /// <param name="columns">At least one column, all equally long.</param>
    /// <param name="note">Stands in the file's metadata, so that equal rows of other owners are other bytes.</param>
    /// <param name="path">The file; appears complete or not at all, and is not flushed.</param>
    /// <param name="cancellationToken">Interrupts the work.</param>
    /// <returns>The number of rows.</returns>
    /// <exception cref="ArgumentException">No columns, or columns of different length.</exception>
    /// <exception cref="ResourceExhaustedException">More memory or disk is needed than there is.</exception>
    public static Task<long> WriteQueryAsync(
        this AnalyticsEngine engine,
        string sql,
        IReadOnlyList<AnalyticsSource> sources,
        IReadOnlyList<ParquetColumn> columns,
        string note,
        string path,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(columns);
        RequireEqual(columns);
        return engine.RunAsync(
            sources,
            session =>
            {
                CreateTable(session, columns);
                return AnalyticsEngine.WriteParquet(session, session.RequireSelect(sql), path, note);
            },
            cancellationToken);
    }

    private static void RequireEqual(IReadOnlyList<ParquetColumn> columns)
    {
        if (columns.Count == 0 || columns.Any(column => column.Values.Length != columns[0].Values.Length))
        {
            throw new ArgumentException($"{columns.Count} columns of {string.Join(", ", columns.Select(column => column.Values.Length))} rows were given; at least one is needed and all must be equally long.", nameof(columns));
        }
    }

    private static void CreateTable(AnalyticsSession session, IReadOnlyList<ParquetColumn> columns)
    {
        session.Execute($"CREATE TABLE added ({string.Join(", ", columns.Select(column => $"{DuckTypes.Identifier(column.Name)} {column.SqlType}"))})");
        Append(session.Connection, columns);
    }

    private static void Append(DuckDBConnection connection, IReadOnlyList<ParquetColumn> columns)
    {
        using var appender = connection.CreateAppender("added");
        for (var index = 0; index < columns[0].Values.Length; index++)
        {
            var row = appender.CreateRow();
            foreach (var column in columns)
            {
                switch (column.Values)
                {
                    case double[] doubles when double.IsNaN(doubles[index]):
                        row.AppendNullValue();
                        break;
                    case double[] doubles:
                        row.AppendValue(doubles[index]);
                        break;
                    case long[] instants:
                        row.AppendValue(DateTime.UnixEpoch.AddMicroseconds(instants[index]));
                        break;
                    case double?[] numbers:
                        row.AppendValue(numbers[index]);
                        break;
                    case long?[] integers:
                        row.AppendValue(integers[index]);
                        break;
                    case bool?[] truths:
                        row.AppendValue(truths[index]);
                        break;
                    case string?[] texts:
                        row.AppendValue(texts[index]);
                        break;
                    default:
                        throw new InvalidOperationException($"Column '{column.Name}' has values of {column.Values.GetType()}.");
                }
            }

            row.EndRow();
        }
    }
}
