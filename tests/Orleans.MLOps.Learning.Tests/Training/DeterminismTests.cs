using Orleans.MLOps.Learning.Training;

namespace Orleans.MLOps.Learning.Tests.Training;

public sealed class DeterminismTests
{
    private static readonly TrainingSet Data = SyntheticRows.Set(1000);
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OneTwoAndFourShardsBesideAnotherJob_GivesTheSameBits()
    {
        var executor = new TrainingExecutor(8);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var other = ShardedTraining.Run(
            SyntheticRows.Plan(shards: 2) with { Seed = 99 }, SyntheticRows.Set(500, seed: 3), executor, cancellation: enough.Token);
        var digests = new List<string>();
        foreach (var shards in new[] { 1, 2, 4 })
            digests.Add(await Train(SyntheticRows.Plan(shards, maxSteps: 200), executor));
        Assert.False(other.IsCompleted);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
        Assert.Single(digests.Distinct());
        Assert.NotEqual(digests[0], await Train(SyntheticRows.Plan(1, maxSteps: 200) with { Seed = 8 }, executor));
        Assert.Equal(executor.Slots, executor.Free);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(4, 1)]
    public async Task Run_KilledAndResumedInsideAnEpoch_GivesTheBitsOfAnUndisturbedRun(int shardsBefore, int shardsAfter)
    {
        var executor = new TrainingExecutor(8);
        var whole = await Train(SyntheticRows.Plan(2, maxSteps: 200), executor);
        byte[]? saved = null;
        var crash = new TrainingCallbacks
        {
            Checkpoint = checkpoint =>
            {
                if (checkpoint.Step == 70)
                    saved = checkpoint.ToBytes();
            },
            Progress = progress =>
            {
                if (progress.Step == 90)
                    throw new IOException("the power went out");
            },
        };
        var plan = SyntheticRows.Plan(shardsBefore, maxSteps: 200) with { CheckpointEverySteps = 35, ProgressEverySteps = 10 };
        Assert.NotEqual(0, 70 % plan.StepsPerEpoch(Data.Rows));
        await Assert.ThrowsAsync<IOException>(() => ShardedTraining.Run(plan, Data, executor, callbacks: crash, cancellation: Cancel));
        var resumed = await ShardedTraining.Run(
            SyntheticRows.Plan(shardsAfter, maxSteps: 200),
            Data,
            executor,
            TrainingStart.Resume(TrainingCheckpoint.FromBytes(saved)),
            cancellation: Cancel);
        Assert.Equal(200, resumed.Steps);
        Assert.Equal(whole, SyntheticRows.Digest(resumed.Weights));
    }

    [Fact]
    public async Task Run_BatchesThatVirtualShardsDoNotDivide_GivesTheSameBitsForAnyShardCount()
    {
        var executor = new TrainingExecutor(8);
        var data = SyntheticRows.Set(131);
        var digests = new List<string>();
        foreach (var shards in new[] { 1, 2, 4, 8 })
        {
            var plan = SyntheticRows.Plan(shards, epochs: 8) with { VirtualShards = 8, BatchSize = 63 };
            var result = await ShardedTraining.Run(plan, data, executor, cancellation: Cancel);
            Assert.Equal(24, result.Steps);
            digests.Add(SyntheticRows.Digest(result.Weights));
        }

        Assert.Single(digests.Distinct());
    }

    [Fact]
    public async Task Run_CheckpointOfAnotherPlan_IsRefused()
    {
        var executor = new TrainingExecutor(8);
        TrainingCheckpoint? saved = null;
        var keep = new TrainingCallbacks { Checkpoint = checkpoint => saved = checkpoint };
        var plan = SyntheticRows.Plan(maxSteps: 5) with { CheckpointEverySteps = 5 };
        await ShardedTraining.Run(plan, Data, executor, callbacks: keep, cancellation: Cancel);
        var error = await Assert.ThrowsAsync<ArgumentException>(() => ShardedTraining.Run(
            plan with { Seed = 8 }, Data, executor, TrainingStart.Resume(saved!), cancellation: Cancel));
        Assert.Contains("another plan", error.Message, StringComparison.Ordinal);
    }

    private static async Task<string> Train(TrainingPlan plan, TrainingExecutor executor) =>
        SyntheticRows.Digest((await ShardedTraining.Run(plan, Data, executor, cancellation: Cancel)).Weights);
}
