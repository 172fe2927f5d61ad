using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Learning.Tests.Serving;

public sealed class OnnxScorerTests
{
    private static readonly TabularNetworkSpec Spec = SyntheticRows.Spec();
    private static readonly byte[] Model = OnnxExporter.Export(Spec, WeightInitializer.Create(Spec, 3));
    private static readonly EncodedRows Rows = SyntheticRows.Draw(3000, seed: 4).Rows;

    [Fact]
    public void Score_AnyBatchSize_GivesTheSameProbabilities()
    {
        using var scorer = new OnnxScorer(Model);
        var whole = Score(scorer, 0, 3000);
        Assert.All(whole, probability => Assert.InRange(probability, 0f, 1f));
        Assert.True(whole.Distinct().Count() > 1000);
        foreach (var size in new[] { 1, 2, 63, 64, 65, 1023, 1024, 1025, 1, 64 })
        {
            var part = Score(scorer, 100, size);
            for (var i = 0; i < size; i++)
                Assert.Equal(whole[100 + i], part[i], 1e-6f);
        }

        scorer.Score([], [], 0, []);
    }

    [Fact]
    public void Score_ManyThreads_GivesEachItsOwnRows()
    {
        using var scorer = new OnnxScorer(Model);
        var whole = Score(scorer, 0, 3000);
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, i =>
        {
            var size = 1 + i * 37 % 90;
            var part = Score(scorer, i * 7, size);
            for (var row = 0; row < size; row++)
                Assert.Equal(whole[i * 7 + row], part[row], 1e-6f);
        });
    }

    [Fact]
    public void Score_Warm_AllocatesNothing()
    {
        using var scorer = new OnnxScorer(Model);
        var numeric = Rows.Numeric[..(8 * 3)];
        var categories = Rows.CategoriesAsInt64()[..(8 * 2)];
        var probabilities = new float[8];
        for (var i = 0; i < 50; i++)
            scorer.Score(numeric, categories, 8, probabilities);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            scorer.Score(numeric, categories, 8, probabilities);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Score_WrongLengthsOrCategories_AreRefusedAndTheScorerLivesOn()
    {
        using var scorer = new OnnxScorer(Model);
        var numeric = new float[3];
        Assert.Throws<ArgumentException>(() => scorer.Score(new float[2], new long[2], 1, new float[1]));
        Assert.Throws<ArgumentException>(() => scorer.Score(numeric, new long[3], 1, new float[1]));
        Assert.Throws<ArgumentException>(() => scorer.Score(numeric, new long[2], 1, new float[2]));
        Assert.Throws<ArgumentException>(() => scorer.Score(numeric, [0, 99], 1, new float[1]));
        scorer.Score(numeric, [0, 2], 1, new float[1]);
    }

    [Fact]
    public void Construct_CorruptBytes_AreRefused()
    {
        Assert.Throws<InvalidDataException>(() => new OnnxScorer([]));
        Assert.Throws<InvalidDataException>(() => new OnnxScorer(new byte[100]));
        Assert.Throws<InvalidDataException>(() => new OnnxScorer(Model.AsSpan(0, Model.Length / 2)));
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            var corrupt = Model.ToArray();
            corrupt[random.Next(corrupt.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                new OnnxScorer(corrupt).Dispose();
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [Fact]
    public void Score_Disposed_IsRefused()
    {
        var scorer = new OnnxScorer(Model);
        scorer.Dispose();
        scorer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => scorer.Score(new float[3], new long[2], 1, new float[1]));
    }

    [Fact]
    public async Task Dispose_WhileOthersScore_LetsCallsUnderWayEnd()
    {
        for (var round = 0; round < 20; round++)
        {
            var scorer = new OnnxScorer(Model);
            using var started = new CountdownEvent(4);
            var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                started.Signal();
                while (true)
                    Assert.All(Score(scorer, 0, 65), probability => Assert.InRange(probability, 0.001f, 0.999f));
            })).ToArray();
            started.Wait(TestContext.Current.CancellationToken);
            scorer.Dispose();
            foreach (var caller in callers)
                await Assert.ThrowsAsync<ObjectDisposedException>(() => caller);
        }
    }

    [Fact]
    public void IntraOp_ChangedAfterTheFirstModel_IsRefused()
    {
        new OnnxScorer(Model).Dispose();
        Assert.Throws<InvalidOperationException>(() => OnnxRuntimeThreads.IntraOp++);
        Assert.Throws<ArgumentOutOfRangeException>(() => OnnxRuntimeThreads.IntraOp = 0);
    }

    private static float[] Score(OnnxScorer scorer, int start, int rows)
    {
        var probabilities = new float[rows];
        scorer.Score(
            Rows.Numeric.AsSpan(start * 3, rows * 3), Rows.CategoriesAsInt64().AsSpan(start * 2, rows * 2), rows, probabilities);
        return probabilities;
    }
}
