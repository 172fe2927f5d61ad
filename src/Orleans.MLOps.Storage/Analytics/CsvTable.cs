using DuckDB.NET.Data;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Storage.Analytics;

/// <summary>A checked CSV file: one pass finds types and errors, later passes read values of those types.</summary>
internal sealed class CsvTable(string path, IReadOnlyList<ColumnSchema> columns, long rowCount)
{
    private const int CheckEvery = 4096;

    public IReadOnlyList<ColumnSchema> Columns { get; } = columns;

    public long RowCount { get; } = rowCount;

    public static CsvTable Open(string path, TabularOptions options, CancellationToken cancellationToken)
    {
        using var stream = OpenFile(path);
        var scanner = new CsvScanner(stream);
        if (!scanner.Read())
        {
            throw new InvalidInputException("The file is empty; the first line must name the columns.", "content");
        }

        string[] names = [.. Enumerable.Range(0, scanner.FieldCount).Select(scanner.Text)];
        TabularNames.Check(names, options, "line 1");
        ColumnInference[] inferences = [.. names.Select(name => new ColumnInference(name, options.Types.TryGetValue(name, out var type) ? type : null))];
        var rows = 0L;
        while (scanner.Read())
        {
            RequireWidth(scanner, names.Length);
            for (var i = 0; i < inferences.Length; i++)
            {
                inferences[i].Add(scanner.Field(i), scanner.Line);
            }

            if (++rows % CheckEvery == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        return rows > 0
            ? new CsvTable(path, [.. inferences.Select(i => i.Column)], rows)
            : throw new InvalidInputException("The file names columns on line 1 but holds no rows.", "content");
    }

    public void Read(Action<object?[]> row, CancellationToken cancellationToken)
    {
        using var stream = OpenFile(path);
        var scanner = new CsvScanner(stream);
        scanner.Read();
        var values = new object?[Columns.Count];
        while (scanner.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            RequireWidth(scanner, values.Length);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = Value(scanner, i);
            }

            row(values);
        }
    }

    public long WriteParquet(AnalyticsSession session, string target, CancellationToken cancellationToken)
    {
        session.Execute($"CREATE TABLE canonical ({TabularNames.RowOrdinal} BIGINT, {string.Join(", ", Columns.Select(c => $"{DuckTypes.Identifier(c.Name)} {DuckTypes.ToSql(c.Type)}"))})");
        using (var appender = session.Connection.CreateAppender("canonical"))
        {
            var ordinal = 0L;
            Read(
                values =>
                {
                    var row = appender.CreateRow().AppendValue(ordinal++);
                    foreach (var value in values)
                    {
                        Append(row, value);
                    }

                    row.EndRow();
                },
                cancellationToken);
        }

        return AnalyticsEngine.WriteParquet(session, "SELECT * FROM canonical", target);
    }

    private static void Append(IDuckDBAppenderRow row, object? value)
    {
        switch (value)
        {
            case null: row.AppendNullValue(); break;
            case long v: row.AppendValue(v); break;
            case double v: row.AppendValue(v); break;
            case bool v: row.AppendValue(v); break;
            case DateOnly v: row.AppendValue(v); break;
            case DateTimeOffset v: row.AppendValue(v.UtcDateTime); break;
            default: row.AppendValue((string)value); break;
        }
    }

    private object? Value(CsvScanner scanner, int index)
    {
        var text = scanner.Field(index);
        if (text.IsEmpty)
        {
            return null;
        }

        object? value = Columns[index].Type switch
        {
            ColumnType.Int64 when CsvValue.TryInt64(text, out var v) => v,
            ColumnType.Double when CsvValue.TryDouble(text, out var v) => v,
            ColumnType.Boolean when CsvValue.TryBoolean(text, out var v) => v,
            ColumnType.Date when CsvValue.TryDate(text, out var v) => v,
            ColumnType.Timestamp when CsvValue.TryTimestamp(text, out var v) => new DateTimeOffset(v),
            ColumnType.Text => scanner.Text(index),
            _ => null,
        };
        return value ?? throw TabularNames.Misfit($"Line {scanner.Line}", Columns[index].Name, scanner.Text(index), Columns[index].Type);
    }

    private static void RequireWidth(CsvScanner scanner, int expected)
    {
        if (scanner.FieldCount != expected)
        {
            throw new InvalidInputException($"Line {scanner.Line}: expected {expected} columns as in the header, found {scanner.FieldCount}.", "content");
        }
    }

    private static FileStream OpenFile(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
}
