using System.Data.Common;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Storage.Postgres;

/// <summary>The tables of a cluster in PostgreSQL: one group-commit writer a silo, reads from the pool. Disposal answers every write that was accepted.</summary>
internal sealed class PostgresTables(PostgresSource source, int queueCapacity, ILogger<PostgresTables> logger) : ITables, IDisposable, IAsyncDisposable
{
    private readonly PostgresWriter _writer = new(source.DataSource, queueCapacity, logger);
    private volatile bool _closed;

    public TablesEngine Engine => TablesEngine.Postgres;

    public Task<TableWriteResult> WriteAsync(TableWrite write, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(write);
        foreach (var statement in write.Statements)
        {
            try
            {
                PostgresStatements.RequireParameters(statement.Sql, statement.Parameters.Count);
            }
            catch (InvalidInputException error)
            {
                return Task.FromException<TableWriteResult>(error);
            }
        }

        return _writer.WriteAsync(write, cancellationToken);
    }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params object?[] parameters)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sql);
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(parameters);
        if (_closed)
        {
            throw new UnavailableException("The tables are closed; the node is shutting down.");
        }

        PostgresStatements.RequireParameters(sql, parameters.Length);
        var values = TableValue.ToStored(parameters);
        try
        {
            await using var connection = await source.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var batch = new NpgsqlBatch(connection);

            // Statements of one batch share a transaction, so the first holds for the second and for nothing after it.
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SET TRANSACTION READ ONLY"));
            batch.BatchCommands.Add(PostgresStatements.Create(sql, values));
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                rows.Add(read(reader));
            }

            return rows;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException)
        {
            throw PostgresErrors.ToPlatform(error, $"querying \"{sql}\"");
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        await _writer.DisposeAsync().ConfigureAwait(false);
    }
}
