namespace Orleans.MLOps.Grains.Tests.Experiments.Search;

public sealed class SqliteSearchTests : SearchKit
{
    private protected override Task<SearchWorld> OpenAsync(int runs) => SearchWorld.CreateAsync(null, runs);
}
