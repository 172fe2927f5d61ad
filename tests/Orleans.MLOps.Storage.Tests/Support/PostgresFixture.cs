using Npgsql;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Support;

/// <summary>One PostgreSQL server for all tests that need one; each test has a database of its own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private PostgresServer? _server;
    private int _databases;

    public PostgresServer Server
    {
        get
        {
            Assert.SkipUnless(_server is not null, PostgresServer.Missing ?? "");
            return _server!;
        }
    }

    public async ValueTask InitializeAsync() => _server = PostgresServer.Missing is null ? await PostgresServer.StartAsync() : null;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>A new database, with a schema if one is given.</summary>
    public async Task<string> CreateDatabaseAsync(string? schema = null)
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await Server.CreateDatabaseAsync(name);
        var connectionString = Server.ConnectionString(name);
        if (schema is not null)
        {
            await using var source = NpgsqlDataSource.Create(connectionString);
            await using var command = source.CreateCommand(schema);
            await command.ExecuteNonQueryAsync();
        }

        return connectionString;
    }
}
