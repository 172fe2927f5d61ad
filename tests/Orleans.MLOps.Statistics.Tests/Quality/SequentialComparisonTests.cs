using CsCheck;
using Orleans.MLOps.Statistics.Quality;
using Orleans.MLOps.Statistics.Random;

namespace Orleans.MLOps.Statistics.Tests.Quality;

public sealed class SequentialComparisonTests
{
    private const double Alpha = 0.05;

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(0.97)]
    public void Compare_EqualArmsLookedAtAfterEveryPair_IsWrongLessOftenThanAlpha(double rate)
    {
        const int Trials = 400;
        var wrong = 0;
        for (var trial = 0; trial < Trials; trial++)
        {
            wrong += FindsADifference(rate, rate, pairs: 3_000, seed: (ulong)trial) ? 1 : 0;
        }

        // Three standard errors of 400 draws with a chance of 0.05 are 0.033.
        Assert.InRange(wrong / (double)Trials, 0, Alpha + 0.033);
    }

    [Fact]
    public void Compare_ArmThatIsBetterBySixPoints_IsFoundBeforeTenThousandRows()
    {
        var found = Enumerable.Range(0, 100).Count(trial => FindsADifference(0.78, 0.84, pairs: 5_000, seed: (ulong)(1_000 + trial)));

        Assert.True(found >= 95, $"{found} of 100 were found");
    }

    [Fact]
    public void Compare_AnyCounts_IntervalHoldsTheDifferenceAndAgreesWithThePValue() =>
        Gen.Select(Gen.Long[100, 100_000], Gen.Double[0, 1], Gen.Long[100, 100_000], Gen.Double[0, 1], Gen.Double[0.001, 0.5]).Sample((n, rate, m, other, alpha) =>
        {
            var result = SequentialComparison.Compare(n, (long)(n * rate), m, (long)(m * other), alpha);
            var mirrored = SequentialComparison.Compare(m, (long)(m * other), n, (long)(n * rate), alpha);
            Assert.InRange(result.Difference, result.Low, result.High);
            Assert.Equal(result.PValue < alpha, result.Low > 0 || result.High < 0);
            Assert.Equal((-result.High, -result.Low), (mirrored.Low, mirrored.High));
        });

    [Theory]
    [InlineData(99, 1_000)]
    [InlineData(1_000, 99)]
    [InlineData(0, 0)]
    public void Compare_TooFewObservations_SaysNothing(long n, long m)
    {
        var result = SequentialComparison.Compare(n, n, m, 0, Alpha);

        Assert.True(double.IsNaN(result.Difference) && double.IsNaN(result.Low) && double.IsNaN(result.High) && double.IsNaN(result.PValue));
    }

    [Theory]
    [InlineData(100, 101, Alpha)]
    [InlineData(100, -1, Alpha)]
    [InlineData(100, 50, 0)]
    [InlineData(100, 50, double.NaN)]
    public void Compare_ImpossibleCounts_AreRefused(long n, long successes, double alpha) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SequentialComparison.Compare(n, successes, 100, 50, alpha));

    private static bool FindsADifference(double rateA, double rateB, int pairs, ulong seed)
    {
        var random = new DeterministicRandom(seed);
        var (a, b) = (0L, 0L);
        for (var n = 1; n <= pairs; n++)
        {
            a += random.NextDouble() < rateA ? 1 : 0;
            b += random.NextDouble() < rateB ? 1 : 0;
            if (SequentialComparison.Compare(n, a, n, b, Alpha).PValue < Alpha)
            {
                return true;
            }
        }

        return false;
    }
}
