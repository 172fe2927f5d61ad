using Orleans.MLOps.Grains.Tests.Experiments.Search;

namespace Orleans.MLOps.Grains.Tests.Experiments.Heartbeats;

public sealed class PostgresHeartbeatTests(PostgresSearchTests.Fixture postgres) : HeartbeatKit, IClassFixture<PostgresSearchTests.Fixture>
{
    private protected override async Task<SearchWorld> OpenAsync() => await SearchWorld.CreateAsync(await postgres.CreateDatabaseAsync(), 0);
}
