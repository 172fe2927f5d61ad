using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Storage.Migrations;

namespace Orleans.MLOps.Storage.Tables;

/// <summary>The tables of an embedded node in one SQLite file. Disposal answers every write that was accepted, then closes.</summary>
internal sealed class SqliteTables : ITables, IDisposable, IAsyncDisposable
{
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;

    private SqliteTables(SqliteWriter writer, SqliteReaders readers)
    {
        _writer = writer;
        _readers = readers;
    }

    public TablesEngine Engine => TablesEngine.Sqlite;

    /// <summary>Writes that no group has taken yet.</summary>
    internal int QueuedWrites => _writer.Queued;

    public static SqliteTables Open(StorageOptions options, TimeProvider time, ILogger<SqliteTables> logger) =>
        Open(options, MigrationFiles.Load("Sqlite"), time, logger, static _ => { });

    public static SqliteTables Open(StorageOptions options, IReadOnlyList<Migration> migrations, TimeProvider time, ILogger logger, Action<SqliteConnection> configure)
    {
        options.Validate();
        Directory.CreateDirectory(options.DataFolder);
        var connection = SqliteFile.OpenWriter(options.TablesPath);
        try
        {
            SqliteMigrator.Migrate(connection, migrations, time);
            configure(connection);
            var readers = new SqliteReaders(options.TablesPath, options.ReadConnections);
            return new SqliteTables(new SqliteWriter(connection, options.WriteQueueCapacity, logger), readers);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public Task<TableWriteResult> WriteAsync(TableWrite write, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(write);
        return _writer.WriteAsync(write, cancellationToken);
    }

    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params object?[] parameters)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sql);
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(parameters);
        return _readers.QueryAsync(sql, read, parameters, cancellationToken);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _readers.Dispose();
    }

    public ValueTask DisposeAsync() => new(Task.Run(Dispose));
}
