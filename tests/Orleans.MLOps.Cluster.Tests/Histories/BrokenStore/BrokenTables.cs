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
                    Add(broken, statement, time);
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

    /// <param name="write">What is sent on.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="later">Microseconds by which a point's time differs, because the store keeps the same point once.</param>
    private static void Add(TableWrite write, TableStatement statement, int later = 0)
    {
        object?[] parameters = [.. statement.Parameters];
        if (later > 0 && parameters is [_, _, long time, ..])
        {
            parameters[2] = time + later;
        }

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
