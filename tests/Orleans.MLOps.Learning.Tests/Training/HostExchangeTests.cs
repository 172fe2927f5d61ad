using CsCheck;
using Orleans.MLOps.Learning.Training;
using Orleans.MLOps.Learning.Training.Exchange;

namespace Orleans.MLOps.Learning.Tests.Training;

public sealed class HostExchangeTests
{
    private const int Steps = 3;

    private static readonly TrainingSet Data = SyntheticRows.Set(1000);
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    /// <summary>How 2, 4, 8 or 16 ranks are cut into 2 to 5 hosts.</summary>
    private static readonly Gen<int[]> Cuts =
        from shards in Gen.Int[1, 4].Select(power => 1 << power)
        from cuts in Gen.Int[1, shards - 1].HashSet[1, Math.Min(4, shards - 1)]
        let ends = cuts.Order().Append(shards).ToArray()
        select ends.Select((end, i) => i == 0 ? end : end - ends[i - 1]).ToArray();

    [Fact]
    public async Task AllReduce_AnyCutIntoHosts_GivesTheBitsOfOneHost() => await Gen.Select(Cuts, Gen.Int[1, 40], Gen.Int).SampleAsync(
        async (counts, length, seed) =>
        {
            var shards = counts.Sum();
            var random = new Random(seed);
            var addends = Enumerable.Range(0, Steps * shards).Select(_ => Draw(random, length)).ToArray();
            using var single = new SharedMemoryExchange(shards, length);
            var expected = await SumAsync(shards, length, (rank, values) => single.AllReduce(rank, values), addends);

            using var hosts = new Hosts(length, counts);
            var exchanges = await hosts.ConnectAsync();
            var owner = exchanges.SelectMany((exchange, host) => Enumerable.Repeat(exchange, counts[host])).ToArray();
            var actual = await SumAsync(shards, length, (rank, values) => owner[rank].AllReduce(rank, values), addends);
            Close(exchanges);

            Assert.Equal(expected, actual);
        },
        iter: 60,
        threads: 1);

    [Theory]
    [InlineData(2, 2)]
    [InlineData(2, 1, 1)]
    [InlineData(1, 2, 1)]
    [InlineData(3, 1)]
    public async Task Run_OverHosts_GivesTheBitsOfOneHost(params int[] counts)
    {
        var plan = SyntheticRows.Plan(counts.Sum(), maxSteps: 100) with { EvaluationRows = 100 };
        var whole = await ShardedTraining.Run(plan with { Shards = 1 }, Data, new TrainingExecutor(1), cancellation: Cancel);
        using var hosts = new Hosts(ShardWorker.ExchangeLength(plan.Network), counts);
        var exchanges = await hosts.ConnectAsync();
        var results = new TrainingResult[plan.Shards];

        await Task.WhenAll(hosts.Run(exchanges, (rank, exchange) => results[rank] = new ShardWorker(plan, Data, rank, exchange).Run(Cancel)));
        Close(exchanges);

        Assert.All(results, result => Assert.Equal(SyntheticRows.Digest(whole.Weights), SyntheticRows.Digest(result.Weights)));
        Assert.All(results, result => Assert.Equal(whole.EvaluationLoss, result.EvaluationLoss));
    }

    [Fact]
    public async Task Run_OneHostFails_EveryOtherLeavesBecauseTheExchangeBroke()
    {
        var plan = SyntheticRows.Plan(4) with { ProgressEverySteps = 3 };
        using var hosts = new Hosts(ShardWorker.ExchangeLength(plan.Network), 1, 2, 1);
        var exchanges = await hosts.ConnectAsync();
        var callbacks = new TrainingCallbacks { Progress = _ => throw new IOException("the disk is gone") };

        var running = hosts.Run(exchanges, (rank, exchange) => new ShardWorker(plan, Data, rank, exchange, callbacks: callbacks).Run(Cancel));

        Assert.Equal("the disk is gone", (await Assert.ThrowsAsync<IOException>(() => running[0])).Message);
        foreach (var other in running[1..])
            Assert.IsType<ExchangeBrokenException>((await Assert.ThrowsAsync<ShardAbortedException>(() => other)).InnerException);
        Close(exchanges);
    }

    [Fact]
    public async Task Abort_WhileOthersWait_EndsTheWaitOnEveryHost()
    {
        using var hosts = new Hosts(3, 2, 2);
        var exchanges = await hosts.ConnectAsync();
        Task[] waiting = [.. new[] { 0, 1, 3 }.Select(rank => Hosts.OnThread(() => exchanges[rank / 2].AllReduce(rank, new float[3])))];

        exchanges[1].Abort(new IOException("rank 2 never came"));

        foreach (var task in waiting)
            await Assert.ThrowsAsync<ShardAbortedException>(() => task);
        Close(exchanges);
    }

    [Fact]
    public async Task Abort_AfterAllHaveLeft_ChangesNothing()
    {
        using var hosts = new Hosts(1, 1, 1);
        var exchanges = await hosts.ConnectAsync();
        await Task.WhenAll(hosts.Run(exchanges, (rank, exchange) => exchange.AllReduce(rank, new float[1])));
        Close(exchanges);

        Array.ForEach(exchanges, exchange => exchange.Abort(new IOException("too late")));
    }

    [Fact]
    public async Task AllReduce_RankOfAnotherHostOrWrongLength_IsRefused()
    {
        using var hosts = new Hosts(3, 1, 1);
        var exchanges = await hosts.ConnectAsync();

        Assert.Throws<ArgumentOutOfRangeException>(() => exchanges[0].AllReduce(1, new float[3]));
        Assert.Throws<ArgumentException>(() => exchanges[1].AllReduce(1, new float[2]));
        exchanges[0].Abort(new IOException());
        Close(exchanges);
    }

    [Theory]
    [InlineData(0, 4, "4")]
    [InlineData(0, 3, "2,1")]
    [InlineData(1, 3, "1,2")]
    [InlineData(3, 10, "1,4,4,1")]
    [InlineData(5, 1, "1")]
    public void Subtrees_OfARange_AreAlignedAndCoverIt(int first, int count, string sizes) =>
        Assert.Equal(sizes, string.Join(',', new RankRange(first, count).Subtrees()));

    private static async Task<float[][]> SumAsync(int shards, int length, Action<int, float[]> allReduce, float[][] addends)
    {
        var sums = new float[Steps * shards][];
        await Task.WhenAll(Enumerable.Range(0, shards).Select(rank => Hosts.OnThread(() =>
        {
            for (var step = 0; step < Steps; step++)
                allReduce(rank, sums[(step * shards) + rank] = [.. addends[(step * shards) + rank]]);
        })));
        return sums;
    }

    private static float[] Draw(Random random, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 7))))];

    // The hub waits until the others have closed.
    private static void Close(HostExchange[] exchanges) => Array.ForEach([.. exchanges.Reverse()], exchange => exchange.Dispose());
}
