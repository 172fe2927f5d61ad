using System.Collections.Concurrent;
using System.Data.Common;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Tests.Experiments;

/// <summary>Tables that remember what was asked of them.</summary>
internal sealed class StatementLog(ITables tables) : ITables
{
    public ConcurrentQueue<string> Queries { get; } = [];

    /// <summary>The changed rows of each write, by statement.</summary>
    public ConcurrentQueue<TableWriteResult> Writes { get; } = [];

    public TablesEngine Engine => tables.Engine;

    public async Task<TableWriteResult> WriteAsync(TableWrite write, CancellationToken cancellationToken = default)
    {
        var result = await tables.WriteAsync(write, cancellationToken);
        Writes.Enqueue(result);
        return result;
    }

    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params object?[] parameters)
    {
        Queries.Enqueue(sql);
        return tables.QueryAsync(sql, read, cancellationToken, parameters);
    }
}
