using Orleans.MLOps.Grains.Tests.Experiments.Search;

namespace Orleans.MLOps.Grains.Tests.Experiments.Heartbeats;

public sealed class SqliteHeartbeatTests : HeartbeatKit
{
    private protected override Task<SearchWorld> OpenAsync() => SearchWorld.CreateAsync(null, 0);
}
