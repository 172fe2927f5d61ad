using System.Data.Common;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Tests.Experiments.Heartbeats;

/// <summary>Tables that are away when a test says so.</summary>
internal sealed class AwayTables(ITables inner) : ITables
{
    public bool IsAway { get; set; }

    public TablesEngine Engine => inner.Engine;

    public Task<TableWriteResult> WriteAsync(TableWrite write, CancellationToken cancellationToken = default) =>
        IsAway ? throw new UnavailableException("away") : inner.WriteAsync(write, cancellationToken);

    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params object?[] parameters) =>
        IsAway ? throw new UnavailableException("away") : inner.QueryAsync(sql, read, cancellationToken, parameters);
}
