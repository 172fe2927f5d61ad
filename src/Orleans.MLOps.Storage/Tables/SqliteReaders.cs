using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Orleans.MLOps.Storage.Tables;

/// <summary>Read-only connections, each on its own thread: the driver blocks, and grain schedulers must not.</summary>
internal sealed class SqliteReaders : IDisposable
{
    private const int QueueCapacity = 4096;

    private readonly Channel<Action<SqliteConnection, SqliteStatementCache>> _queue =
        Channel.CreateBounded<Action<SqliteConnection, SqliteStatementCache>>(QueueCapacity);

    private readonly Thread[] _threads;

    public SqliteReaders(string path, int count)
    {
        var connections = new List<SqliteConnection>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                connections.Add(SqliteFile.OpenReader(path));
            }
        }
        catch
        {
            connections.ForEach(c => c.Dispose());
            throw;
        }

        _threads = [.. connections.Select((connection, i) => new Thread(() => Run(connection)) { IsBackground = true, Name = $"mlops-tables-reader-{i}" })];
        Array.ForEach(_threads, t => t.Start());
    }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, object?[] parameters, CancellationToken cancellationToken)
    {
        var completion = new TaskCompletionSource<IReadOnlyList<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var stored = TableValue.ToStored(parameters);
        try
        {
            await _queue.Writer.WriteAsync((connection, cache) => Answer(completion, connection, cache, sql, stored, read, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new UnavailableException("The tables are closed; the node is shutting down.");
        }

        return await completion.Task.ConfigureAwait(false);
    }

    public void Dispose()
    {
        if (_queue.Writer.TryComplete())
        {
            Array.ForEach(_threads, t => t.Join());
        }
    }

    private void Run(SqliteConnection connection)
    {
        using var owned = connection;
        using var cache = new SqliteStatementCache(connection);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_queue.Reader.TryRead(out var work))
            {
                work(connection, cache);
            }
        }
    }

    private static void Answer<T>(
        TaskCompletionSource<IReadOnlyList<T>> completion, SqliteConnection connection, SqliteStatementCache cache,
        string sql, object?[] parameters, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = new List<T>();

            // Disposing the registration waits for a running interrupt, so it cannot hit the next query of this connection.
            using (cancellationToken.UnsafeRegister(static handle => raw.sqlite3_interrupt((sqlite3)handle!), connection.Handle))
            using (var reader = cache.Get(sql, parameters).ExecuteReader())
            {
                while (reader.Read())
                {
                    rows.Add(read(reader));
                }
            }

            completion.TrySetResult(rows);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            completion.TrySetCanceled(cancellationToken);
        }
        catch (SqliteException error)
        {
            completion.TrySetException(SqliteErrors.ToPlatform(error, $"querying \"{sql}\""));
        }
        catch (Exception error)
        {
            completion.TrySetException(error);
        }
    }
}
