using Microsoft.Data.Sqlite;

namespace Orleans.MLOps.Storage.Tables;

/// <summary>Prepared queries of one connection by their SQL text. Used by one thread.</summary>
internal sealed class SqliteStatementCache(SqliteConnection connection) : IDisposable
{
    private const int Capacity = 512;

    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    public SqliteCommand Get(string sql, IReadOnlyList<object?> parameters)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            if (_commands.Count >= Capacity)
            {
                Dispose();
            }

            command = connection.CreateCommand();
            command.CommandText = sql;
            _commands.Add(sql, command);
        }

        var bound = command.Parameters;
        while (bound.Count > parameters.Count)
        {
            bound.RemoveAt(bound.Count - 1);
        }

        while (bound.Count < parameters.Count)
        {
            bound.Add(new SqliteParameter { ParameterName = $"${bound.Count + 1}" });
        }

        for (var i = 0; i < parameters.Count; i++)
        {
            bound[i].Value = parameters[i] ?? DBNull.Value;
        }

        return command;
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        _commands.Clear();
    }
}
