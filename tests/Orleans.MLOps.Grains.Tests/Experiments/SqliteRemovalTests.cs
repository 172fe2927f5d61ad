using Orleans.MLOps.Grains.Tests.Experiments.Search;

namespace Orleans.MLOps.Grains.Tests.Experiments;

public sealed class SqliteRemovalTests : RemovalKit
{
    private protected override Task<SearchWorld> OpenAsync(int runs) => SearchWorld.CreateAsync(null, runs);
}
