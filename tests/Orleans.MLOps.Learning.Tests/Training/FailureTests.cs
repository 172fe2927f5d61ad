using Orleans.MLOps.Learning.Training;

namespace Orleans.MLOps.Learning.Tests.Training;

public sealed class FailureTests
{
    private static readonly TrainingSet Data = SyntheticRows.Set(1000);
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task AllReduce_OnePeerAborts_OthersLeaveWithItsReason()
    {
        using var exchange = new SharedMemoryExchange(4, 3);
        var waiting = Enumerable.Range(0, 3)
            .Select(rank => Task.Factory.StartNew(() => exchange.AllReduce(rank, new float[3]), Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default))
            .ToArray();
        exchange.Abort(new IOException("shard 3 lost its disk"));
        exchange.Abort(new IOException("a later reason"));
        foreach (var task in waiting)
        {
            var error = await Assert.ThrowsAsync<ShardAbortedException>(() => task);
            Assert.Contains("shard 3 lost its disk", error.Message, StringComparison.Ordinal);
        }

        Assert.Throws<ShardAbortedException>(() => exchange.AllReduce(3, new float[3]));
    }

    [Fact]
    public void Abort_AfterAllHaveLeft_ChangesNothing()
    {
        var exchange = new SharedMemoryExchange(1, 1);
        exchange.AllReduce(0, new float[1]);
        exchange.Dispose();

        exchange.Abort(new IOException("too late"));
    }

    [Fact]
    public async Task Run_FirstShardsCallbackFails_JobFailsWithThatErrorAndFreesItsSlots()
    {
        var executor = new TrainingExecutor(4);
        var callbacks = new TrainingCallbacks { Progress = _ => throw new IOException("nobody listens") };
        var error = await Assert.ThrowsAsync<IOException>(() => ShardedTraining.Run(
            SyntheticRows.Plan(4) with { ProgressEverySteps = 3 }, Data, executor, callbacks: callbacks, cancellation: Cancel));
        Assert.Equal("nobody listens", error.Message);
        Assert.Equal(4, executor.Free);
    }

    [Fact]
    public async Task Run_Cancelled_EndsAllShards()
    {
        var executor = new TrainingExecutor(4);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var callbacks = new TrainingCallbacks { Progress = _ => stop.Cancel() };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ShardedTraining.Run(
            SyntheticRows.Plan(4), Data, executor, callbacks: callbacks, cancellation: stop.Token));
        Assert.Equal(4, executor.Free);
    }

    [Fact]
    public async Task Run_DivergingPlan_SaysSo()
    {
        var plan = SyntheticRows.Plan(2) with { LearningRate = 1e30f };
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => ShardedTraining.Run(plan, Data, new TrainingExecutor(4), cancellation: Cancel));
        Assert.Contains("diverged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_MoreShardsThanSlots_IsRefused()
    {
        var error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => ShardedTraining.Run(SyntheticRows.Plan(4), Data, new TrainingExecutor(2), cancellation: Cancel));
        Assert.Contains("2 slots", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 4)]
    [InlineData(8, 4)]
    [InlineData(1, 6)]
    public void Validate_ShardsThatDoNotDivide_AreRefused(int shards, int virtualShards) => Assert.Throws<ArgumentException>(
        () => (SyntheticRows.Plan() with { Shards = shards, VirtualShards = virtualShards }).Validate());

    [Fact]
    public void TrainingSet_BadRows_AreRefusedNamingRowAndValue()
    {
        var error = Assert.Throws<ArgumentException>(() => new TrainingSet([1f, 2f, float.NaN, 4f], [], [0f, 1f]));
        Assert.Contains("Row 1, number 0 is NaN", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new TrainingSet([1f], [], [0f, 1f]));
        Assert.Throws<ArgumentException>(() => new TrainingSet([1f], [], [2f]));
        Assert.Throws<ArgumentException>(() => new TrainingSet([1f], [], [1f], [-1f]));
        Assert.Throws<ArgumentException>(() => new TrainingSet([], [], []));
        error = Assert.Throws<ArgumentException>(
            () => new TrainingSet([1f, 1f, 1f], [1, 3], [1f]).RequireFit(SyntheticRows.Spec()));
        Assert.Contains("category index 3 of 'side'", error.Message, StringComparison.Ordinal);
    }
}
