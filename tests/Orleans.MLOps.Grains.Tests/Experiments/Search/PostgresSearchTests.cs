using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Grains.Tests.Experiments.Search;

public sealed class PostgresSearchTests(PostgresSearchTests.Fixture postgres) : SearchKit, IClassFixture<PostgresSearchTests.Fixture>
{
    private protected override async Task<SearchWorld> OpenAsync(int runs) => await SearchWorld.CreateAsync(await postgres.CreateDatabaseAsync(), runs);

    public sealed class Fixture : IAsyncLifetime
    {
        private PostgresServer? _server;
        private int _databases;

        public async ValueTask InitializeAsync() => _server = PostgresServer.Missing is null ? await PostgresServer.StartAsync() : null;

        public async ValueTask DisposeAsync()
        {
            if (_server is not null)
            {
                await _server.DisposeAsync();
            }
        }

        public async Task<string> CreateDatabaseAsync()
        {
            Assert.SkipUnless(_server is not null, PostgresServer.Missing ?? "");
            var name = $"search{Interlocked.Increment(ref _databases)}";
            await _server!.CreateDatabaseAsync(name);
            return _server.ConnectionString(name);
        }
    }
}
