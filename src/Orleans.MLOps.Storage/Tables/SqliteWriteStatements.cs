using SQLitePCL;

namespace Orleans.MLOps.Storage.Tables;

/// <summary>Prepared statements of the writer by their SQL text. Used by one thread.</summary>
internal sealed class SqliteWriteStatements(sqlite3 database) : IDisposable
{
    private const int Capacity = 512;

    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    /// <summary>Rows that were changed since the connection was opened; what was undone counts.</summary>
    public int Changes => raw.sqlite3_total_changes(database);

    public (int Rows, object? First) Run(string sql, IReadOnlyList<object?> values)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            if (_statements.Count >= Capacity)
            {
                Dispose();
            }

            _statements.Add(sql, statement = new SqliteStatement(database, sql));
        }

        return statement.Run(values);
    }

    public void Execute(string sql) => Run(sql, []);

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
    }
}
