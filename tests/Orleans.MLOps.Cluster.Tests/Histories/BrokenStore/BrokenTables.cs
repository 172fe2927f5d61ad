using System.Data.Common;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Cluster.Tests.Histories.BrokenStore;

/// <summary>A store that breaks its promise once, for one of the writes into one table.</summary>
internal sealed class BrokenTables(ITables inner, Breakage breakage, string table) : ITables, IDisposable
{
    private const int BrokenWrite = 30;
    private const int WritesBetween = 20;

    private readonly string _insert = $"INSERT INTO {table} ";
    private readonly Lock _gate = new();
    private TableStatement[] _held = [];
    private int _writes;

    public TablesEngine Engine => inner.Engine;

    public Task<TableWriteResult> WriteAsync(TableWrite write, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(breakage != Breakage.None && write.Statements.Any(IsIntoTable) ? Break(write) : write, cancellationToken);

    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params object?[] parameters) =>
        inner.QueryAsync(sql, read, cancellationToken, parameters);

    public void Dispose() => (inner as IDisposable)?.Dispose();

    private bool IsIntoTable(TableStatement statement) => statement.Sql.StartsWith(_insert, StringComparison.Ordinal);

    private TableWrite Break(TableWrite write)
    {
        lock (_gate)
        {
            var broken = new TableWrite();
            var number = ++_writes;
            foreach (var statement in write.Statements)
            {
                var times = number == BrokenWrite && IsIntoTable(statement) ? breakage == Breakage.Double ? 2 : 0 : 1;
                for (var time = 0; time < times; time++)
                {
                    Add(broken, statement);
                }
            }

            if (breakage == Breakage.Swap && number == BrokenWrite)
            {
                _held = [.. write.Statements.Where(IsIntoTable)];
            }
            else if (number == BrokenWrite + WritesBetween)
            {
                Array.ForEach(_held, statement => Add(broken, statement));
            }

            return broken;
        }
    }

    private static void Add(TableWrite write, TableStatement statement)
    {
        object?[] parameters = [.. statement.Parameters];
        if (statement.Required is { } rows)
        {
            write.Require(statement.Name!, rows, statement.Sql, parameters);
        }
        else
        {
            write.Add(statement.Sql, parameters);
        }
    }
}
