using Orleans.MLOps.Learning.Training;

namespace Orleans.MLOps.Learning.Tests.Training;

public sealed class DealingTests
{
    [Fact]
    public void Part_AllStepsOfAnEpoch_DealEveryRowOnceInAnotherOrderEachEpoch()
    {
        var plan = SyntheticRows.Plan();
        var order = new RowOrder(plan, 1000);
        var epochs = Enumerable.Range(0, 3).Select(epoch => Deal(order, plan, epoch)).ToList();
        Assert.All(epochs, rows => Assert.Equal(Enumerable.Range(0, 1000), rows.Order()));
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.Equal(epochs[1], Deal(new RowOrder(plan, 1000), plan, 1));
        Assert.NotEqual(epochs[1], Deal(new RowOrder(plan with { Seed = 8 }, 1000), plan, 1));
        Assert.True(order.EndsEpoch(15) && !order.EndsEpoch(16));
        Assert.Equal((64, 40, 64), (order.RowsOf(14), order.RowsOf(15), order.RowsOf(16)));
    }

    [Fact]
    public void Fill_Rate_DropsThatShareAndKeepsTheExpectation()
    {
        var mask = new float[100_003];
        DropoutMask.Fill(mask, 0.2f, 1, 2, 3, 4);
        Assert.Equal(0.2, mask.Count(value => value == 0f) / (double)mask.Length, 0.01);
        Assert.Equal(1.0, mask.Average(), 0.01);
        Assert.Equal(2, mask.Distinct().Count());
    }

    [Theory]
    [InlineData(9, 2, 3, 4)]
    [InlineData(1, 9, 3, 4)]
    [InlineData(1, 2, 9, 4)]
    [InlineData(1, 2, 3, 9)]
    public void Fill_OtherKey_GivesAnIndependentMask(long seed, long step, int shard, int layer)
    {
        var (first, second) = (new float[10_000], new float[10_000]);
        DropoutMask.Fill(first, 0.5f, 1, 2, 3, 4);
        DropoutMask.Fill(second, 0.5f, seed, step, shard, layer);
        Assert.Equal(0.5, first.Zip(second).Count(pair => pair.First == pair.Second) / 10_000.0, 0.03);
    }

    [Fact]
    public void Sum_CutBetweenShards_HasTheBitsOfOneTree()
    {
        var random = new Random(3);
        var vectors = Enumerable.Range(0, 8).Select(_ => Enumerable.Range(0, 33).Select(_ => random.NextSingle()).ToArray()).ToArray();
        var whole = new TreeSum(33, 8);
        foreach (var vector in vectors)
            whole.Add([.. vector]);
        foreach (var shards in new[] { 2, 4 })
        {
            var across = new TreeSum(33, shards);
            foreach (var block in vectors.Chunk(8 / shards))
            {
                var local = new TreeSum(33, 8 / shards);
                foreach (var vector in block)
                    local.Add([.. vector]);
                across.Add(local.Sum);
            }

            Assert.Equal(whole.Sum.ToArray(), across.Sum.ToArray());
        }

        var naive = vectors.Aggregate(new float[33], (sum, vector) => [.. sum.Zip(vector, (a, b) => a + b)]);
        Assert.NotEqual(naive, whole.Sum.ToArray());
    }

    private static List<int> Deal(RowOrder order, TrainingPlan plan, int epoch)
    {
        var rows = new List<int>();
        for (var step = epoch * 16L; step < (epoch + 1) * 16L; step++)
            for (var shard = 0; shard < plan.VirtualShards; shard++)
                rows.AddRange(order.Part(step, shard));
        return rows;
    }
}
