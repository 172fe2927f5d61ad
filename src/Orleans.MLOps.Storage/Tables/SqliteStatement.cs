using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Orleans.MLOps.Storage.Tables;

/// <summary>
/// A prepared statement, bound by position. The driver's commands look every parameter up in the names of all at each execution,
/// which took a quarter of the time of a batch of metrics. Used by one thread.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int LargestStackText = 512;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly bool _reads;
    private readonly int[] _values;

    /// <summary>Prepares one statement.</summary>
    /// <exception cref="SqliteException">SQLite does not understand it.</exception>
    /// <exception cref="InvalidOperationException">The text holds several statements, or a parameter that is not <c>$n</c>.</exception>
    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, Encoding.UTF8.GetBytes(sql), raw.SQLITE_PREPARE_PERSISTENT, out _statement, out var rest));
        try
        {
            if (Encoding.UTF8.GetString(rest).Trim(' ', '\n', '\r', '\t', '\0').Length > 0)
            {
                throw new InvalidOperationException("One statement is executed at a time.");
            }

            _reads = raw.sqlite3_stmt_readonly(_statement) != 0;
            _values = [.. Enumerable.Range(1, raw.sqlite3_bind_parameter_count(_statement)).Select(place => ValueAt(raw.sqlite3_bind_parameter_name(_statement, place).utf8_to_string()))];
        }
        catch
        {
            _statement.Dispose();
            throw;
        }
    }

    /// <summary>Executes it to its end: the rows it changed, or returned if it only reads, and the first column of the first row returned.</summary>
    /// <exception cref="SqliteException">SQLite refused.</exception>
    /// <exception cref="InvalidOperationException">A value is missing.</exception>
    public (int Rows, object? First) Run(IReadOnlyList<object?> values)
    {
        try
        {
            for (var place = 0; place < _values.Length; place++)
            {
                var value = _values[place];
                Bind(place + 1, value < values.Count ? values[value] : throw new InvalidOperationException($"${value + 1} has no value: {values.Count} were given."));
            }

            var rows = 0;
            object? first = null;
            int code;
            while ((code = raw.sqlite3_step(_statement)) == raw.SQLITE_ROW)
            {
                first = rows++ == 0 ? FirstColumn() : first;
            }

            Check(code);
            return (_reads ? rows : raw.sqlite3_changes(_database), first);
        }
        finally
        {
            _ = raw.sqlite3_reset(_statement);
            _ = raw.sqlite3_clear_bindings(_statement);
        }
    }

    public void Dispose() => _statement.Dispose();

    private static int ValueAt(string? name) => name is ['$', .. var digits] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
        ? number - 1
        : throw new InvalidOperationException($"A parameter is called '{name}': $1 to $n are allowed.");

    private void Bind(int place, object? value) => Check(value switch
    {
        null => raw.sqlite3_bind_null(_statement, place),
        long number => raw.sqlite3_bind_int64(_statement, place, number),
        double number => raw.sqlite3_bind_double(_statement, place, number),
        string text => BindText(place, text),
        byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(_statement, place, 0),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, place, bytes),
        _ => throw new InvalidOperationException($"A {value.GetType()} is no value of a table."),
    });

    // An empty span has no address, which SQLite takes for NULL.
    private int BindText(int place, string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (text.Length == 0)
        {
            return raw.sqlite3_bind_text(_statement, place, text);
        }

        if (most <= LargestStackText)
        {
            Span<byte> bytes = stackalloc byte[LargestStackText];
            return raw.sqlite3_bind_text(_statement, place, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
        }

        var rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            return raw.sqlite3_bind_text(_statement, place, rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private object? FirstColumn() => raw.sqlite3_column_type(_statement, 0) switch
    {
        raw.SQLITE_INTEGER => raw.sqlite3_column_int64(_statement, 0),
        raw.SQLITE_FLOAT => raw.sqlite3_column_double(_statement, 0),
        raw.SQLITE_TEXT => raw.sqlite3_column_text(_statement, 0).utf8_to_string(),
        raw.SQLITE_BLOB => raw.sqlite3_column_blob(_statement, 0).ToArray(),
        _ => null,
    };

    private void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_DONE))
        {
            SqliteException.ThrowExceptionForRC(code, _database);
        }
    }
}
