using Orleans.MLOps.Grains.Tests.Experiments.Search;

namespace Orleans.MLOps.Grains.Tests.Experiments;

public sealed class PostgresRemovalTests(PostgresSearchTests.Fixture postgres) : RemovalKit, IClassFixture<PostgresSearchTests.Fixture>
{
    private protected override async Task<SearchWorld> OpenAsync(int runs) => await SearchWorld.CreateAsync(await postgres.CreateDatabaseAsync(), runs);
}
