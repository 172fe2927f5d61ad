using CsCheck;
using Orleans.MLOps.Statistics.Quality;
using Orleans.MLOps.Statistics.Random;

namespace Orleans.MLOps.Statistics.Tests.Quality;

public class PairedBlockBootstrapTests
{
    private static readonly Gen<(int Day, double Difference)[]> Rows = Gen.Select(Gen.Int[0, 9], Gen.Double[-2, 2]).Array[1, 100];

    [Fact]
    public void Judge_ModelsExchanged_MirrorsEveryBound() =>
        Gen.Select(Rows, Gen.ULong).Sample(
            (rows, seed) =>
            {
                var forth = Of(rows).Judge(seed, 500, 2);
                var back = Of([.. rows.Select(row => (row.Day, -row.Difference))]).Judge(seed, 500, 2);
                Assert.Equal(forth.Status, back.Status);
                Assert.Equal(forth.MeanDifference, -back.MeanDifference);
                Assert.Equal(forth.LowerBound, -back.UpperBound);
                Assert.Equal(forth.UpperBound, -back.LowerBound);
                Assert.Equal(forth.IntervalLow, -back.IntervalHigh);
            },
            iter: 50);

    [Fact]
    public void Judge_ConstantDifferences_GivesAnIntervalOfNoWidth() =>
        Gen.Select(Rows.Where(rows => rows.DistinctBy(row => row.Day).Count() >= 3), Gen.Double[-1, 1]).Sample(
            (rows, difference) =>
            {
                var result = Of([.. rows.Select(row => (row.Day, difference))]).Judge(1, 500);
                Assert.Equal(PairedBlockBootstrapStatus.Judged, result.Status);
                foreach (var bound in new[] { result.LowerBound, result.UpperBound, result.IntervalLow, result.IntervalHigh })
                    Assert.Equal(difference, bound, 1e-12);
            },
            iter: 50);

    [Fact]
    public void Judge_AnyRows_OrdersItsBounds() =>
        Rows.Where(rows => rows.DistinctBy(row => row.Day).Count() >= 3).Sample(
            rows =>
            {
                var result = Of(rows).Judge(3, 500);
                Assert.True(result.IntervalLow <= result.LowerBound && result.LowerBound <= result.UpperBound && result.UpperBound <= result.IntervalHigh);
                Assert.Equal(rows.Average(row => row.Difference), result.MeanDifference, 1e-12);
            },
            iter: 50);

    [Fact]
    public void Judge_SimulatedDays_CoversTheTruthAboutAsOftenAsPromised()
    {
        var random = new DeterministicRandom(2024);
        int inside = 0, above = 0;
        const int trials = 400;
        for (var trial = 0; trial < trials; trial++)
        {
            var bootstrap = new PairedBlockBootstrap();
            for (var day = 0; day < 20; day++)
            {
                var dayEffect = random.NextDouble() - 0.5;
                for (var row = 0; row < 5; row++)
                    bootstrap.Add(DateOnly.FromDayNumber(700_000 + day), 0.3 + dayEffect + (random.NextDouble() - 0.5));
            }
            var result = bootstrap.Judge((ulong)trial, 500);
            inside += result.IntervalLow <= 0.3 && 0.3 <= result.IntervalHigh ? 1 : 0;
            above += result.LowerBound <= 0.3 ? 1 : 0;
        }
        Assert.InRange(inside / (double)trials, 0.89, 0.98);
        Assert.InRange(above / (double)trials, 0.89, 0.98);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(40)]
    public void Judge_WidenedForFewBlocks_KeepsTheStatedConfidence(int days)
    {
        var random = new DeterministicRandom(77);
        int plain = 0, widened = 0;
        const int trials = 600;
        for (var trial = 0; trial < trials; trial++)
        {
            var bootstrap = new PairedBlockBootstrap();
            for (var day = 0; day < days; day++)
                bootstrap.Add(DateOnly.FromDayNumber(700_000 + day), Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6);
            var (narrow, wide) = (bootstrap.Judge((ulong)trial, 400), bootstrap.Judge((ulong)trial, 400, widenForFewBlocks: true));
            plain += narrow.LowerBound <= 0 ? 1 : 0;
            widened += wide.LowerBound <= 0 ? 1 : 0;
            Assert.True(wide.IntervalLow <= narrow.IntervalLow && narrow.IntervalHigh <= wide.IntervalHigh);
            Assert.Equal(narrow.MeanDifference, wide.MeanDifference);
        }
        Assert.InRange(widened / (double)trials, 0.91, 0.985);
        Assert.True(plain <= widened);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Judge_TooFewDays_IsNotEnoughEvidence(int days)
    {
        var result = Of([.. Enumerable.Range(0, days).SelectMany(day => Enumerable.Repeat((day, 1.0), 1000))]).Judge(1);
        Assert.Equal(PairedBlockBootstrapStatus.NotEnoughEvidence, result.Status);
        Assert.True(double.IsNaN(result.LowerBound) && double.IsNaN(result.IntervalHigh));
        Assert.Equal((days, days * 1000), (result.Blocks, result.Rows));
    }

    [Fact]
    public void Judge_KnownSums_GivesTheSameBoundsOnEveryMachine()
    {
        var bootstrap = new PairedBlockBootstrap();
        for (var day = 0; day < 7; day++)
            bootstrap.Add(new DateOnly(2001, 2, 1 + day), day - 2.5, 10 + day);
        var result = bootstrap.Judge(42);
        Assert.Equal(3.5 / 91, result.MeanDifference, 1e-15);
        Assert.Equal((-0.06707317073170732, 0.125), (result.LowerBound, result.UpperBound));
        Assert.Equal((-0.08024691358024691, 0.13366336633663367), (result.IntervalLow, result.IntervalHigh));
        Assert.Equal(result, bootstrap.Judge(42));
    }

    [Fact]
    public void MergeFrom_AnySplit_EqualsOneBootstrap() =>
        Gen.Select(Rows, Rows).Sample((a, b) =>
        {
            var (whole, merged) = (Of([.. a, .. b]), Of(a));
            merged.MergeFrom(Checkpoint.Copy(Of(b).Write, PairedBlockBootstrap.Read));
            Assert.Equal((whole.Rows, whole.Blocks), (merged.Rows, merged.Blocks));
            var (expected, actual) = (whole.Judge(7, 200, 2), merged.Judge(7, 200, 2));
            Assert.Equal(expected.MeanDifference, actual.MeanDifference, 1e-12);
            Assert.Equal(expected.LowerBound, actual.LowerBound, 1e-12);
        });

    [Fact]
    public void Read_DamagedState_IsRefused() => Checkpoint.RefusesDamage(Checkpoint.Bytes(Of([(1, 0.5), (2, 0.25)]).Write), PairedBlockBootstrap.Read);

    [Fact]
    public void Add_NonFiniteDifference_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PairedBlockBootstrap().Add(new DateOnly(2001, 1, 1), double.NaN));

    private static PairedBlockBootstrap Of((int Day, double Difference)[] rows)
    {
        var bootstrap = new PairedBlockBootstrap();
        foreach (var (day, difference) in rows)
            bootstrap.Add(DateOnly.FromDayNumber(700_000 + day), difference);
        return bootstrap;
    }
}
