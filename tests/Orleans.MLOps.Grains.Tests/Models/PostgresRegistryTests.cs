using Orleans.MLOps.Storage.Postgres;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Grains.Tests.Models;

public sealed class PostgresRegistryTests(PostgresRegistryTests.Fixture postgres) : RegistryKit, IClassFixture<PostgresRegistryTests.Fixture>
{
    private protected override async Task<RegistryStore> OpenAsync()
    {
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        return new RegistryStore(await postgres.CreateDatabaseAsync());
    }

    /// <summary>One server for all tests; each has a database of its own.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        private PostgresServer? _server;
        private int _databases;

        public async ValueTask InitializeAsync() => _server = PostgresServer.Missing is null ? await PostgresServer.StartAsync() : null;

        public async Task<string> CreateDatabaseAsync()
        {
            var name = $"registry{Interlocked.Increment(ref _databases)}";
            await _server!.CreateDatabaseAsync(name);
            await using var database = new PostgresDatabase(_server.ConnectionString(name));
            await database.MigrateAsync();
            return _server.ConnectionString(name);
        }

        public async ValueTask DisposeAsync()
        {
            if (_server is not null)
            {
                await _server.DisposeAsync();
            }
        }
    }
}
