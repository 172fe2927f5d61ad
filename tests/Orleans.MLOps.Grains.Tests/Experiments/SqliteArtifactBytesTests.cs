using Orleans.MLOps.Grains.Tests.Experiments.Search;

namespace Orleans.MLOps.Grains.Tests.Experiments;

public sealed class SqliteArtifactBytesTests : ArtifactBytesKit
{
    private protected override Task<SearchWorld> OpenAsync() => SearchWorld.CreateAsync(null, 0);
}
