using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Grains.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

public sealed class TrainingShardGrainTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Start_GenerationThatDoesNotTrain_IsRefused()
    {
        var shard = Shard(new ShardKey(Guid.NewGuid().ToString("N"), 1).ToString());

        await Assert.ThrowsAsync<FailedPreconditionException>(() => shard.Start(1));

        Assert.Equal((1, 0, false), ((await shard.GetState()).Rank, (await shard.GetState()).Generation, (await shard.GetState()).Running));
    }

    [Theory]
    [InlineData("job/x/shard/0")]
    [InlineData("job/00000000000000000000000000000000/shard/-1")]
    [InlineData("job/00000000000000000000000000000000/piece/0")]
    public async Task GetState_MalformedKey_IsRefused(string key) =>
        await Assert.ThrowsAsync<InvalidInputException>(() => Shard(key).GetState());

    private ITrainingShardGrain Shard(string key) => platform.Grains.GetGrain<ITrainingShardGrain>(key);
}
