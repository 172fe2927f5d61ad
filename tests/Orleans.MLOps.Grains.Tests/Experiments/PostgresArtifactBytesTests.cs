using Orleans.MLOps.Grains.Tests.Experiments.Search;

namespace Orleans.MLOps.Grains.Tests.Experiments;

public sealed class PostgresArtifactBytesTests(PostgresSearchTests.Fixture postgres) : ArtifactBytesKit, IClassFixture<PostgresSearchTests.Fixture>
{
    private protected override async Task<SearchWorld> OpenAsync() => await SearchWorld.CreateAsync(await postgres.CreateDatabaseAsync(), 0);
}
