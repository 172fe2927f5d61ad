using CsCheck;
using Orleans.MLOps.Statistics.Random;
using Orleans.MLOps.Statistics.Sketches;

namespace Orleans.MLOps.Statistics.Tests.Sketches;

public class DistributionTests
{
    [Fact]
    public void ToDistribution_Numbers_CountsAsCountingTheRowsAgainWould() =>
        Gen.OneOf(
            Gen.Int[-50, 50].Select(i => (double?)i),
            Gen.Double[-1000, 1000].Select(x => (double?)x),
            Gen.Const((double?)0),
            Gen.Const((double?)-1),
            Gen.Const((double?)null),
            Gen.Const((double?)double.PositiveInfinity),
            Gen.Const((double?)double.NegativeInfinity)).Array[0, 300].Sample(values =>
            {
                var reference = ColumnProfileTests.Of(values).ToDistribution();
                var again = new Distribution(reference.Bins);
                foreach (var value in values)
                {
                    if (value is { } number)
                        again.Add(number);
                    else
                        again.AddMissing();
                }
                Assert.Equal(values.Length, reference.Count);
                Assert.Equal(again.Counts.ToArray(), reference.Counts.ToArray());
            });

    [Fact]
    public void ToDistribution_ContinuousNumbers_GivesTenBinsOfAboutEqualShare()
    {
        var random = new DeterministicRandom(1);
        var profile = new ColumnProfile(ColumnKind.Numeric);
        for (var i = 0; i < 20_000; i++)
            profile.Add(random.NextDouble() * 100 - 30);
        var reference = profile.ToDistribution();
        Assert.Equal(11, reference.Bins.Count);
        Assert.All(reference.Counts[..10].ToArray(), count => Assert.InRange(count, 1_500, 2_500));
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.98)]
    public void ToDistribution_TwoValues_KeepsThemApart(double ones)
    {
        var profile = ColumnProfileTests.Of([.. Enumerable.Range(0, 1000).Select(i => (double?)(i < ones * 1000 ? 1 : 0))]);
        var reference = profile.ToDistribution();
        Assert.NotEqual(reference.Bins.IndexOf(0.0), reference.Bins.IndexOf(1.0));
    }

    [Fact]
    public void ToDistribution_Texts_PoolsTheRareAndCountsTheUnseenApart()
    {
        var profile = ColumnProfileTests.Of(["a", "a", "a", "b", "b", "c", "d", null]);
        var current = new Distribution(profile.ToDistribution(ownCategories: 2).Bins);
        foreach (var text in new[] { "b", "c", "d", "new", "newer" })
            current.Add(text);
        Assert.Equal(["a", "b"], current.Bins.Categories);
        Assert.Equal([3, 2, 2, 0, 1], profile.ToDistribution(ownCategories: 2).Counts.ToArray());
        Assert.Equal([0, 1, 2, 2, 0], current.Counts.ToArray());
        Assert.Equal("unseen", current.Bins.Name(current.Bins.UnseenIndex));
    }

    [Fact]
    public void ToDistribution_Constant_HasItsValueAlone()
    {
        var reference = ColumnProfileTests.Of([7, 7, 7, null]).ToDistribution();
        Assert.True(reference.IsConstant);
        var (below, at, above) = (reference.Bins.IndexOf(6.999999999), reference.Bins.IndexOf(7.0), reference.Bins.IndexOf(7.000000001));
        Assert.Equal(3, reference.Counts[at]);
        Assert.True(below < at && at < above);
        Assert.True(ColumnProfileTests.Of(["x", "x"]).ToDistribution().IsConstant);
        Assert.False(ColumnProfileTests.Of([7, 8]).ToDistribution().IsConstant);
    }

    [Fact]
    public void MergeFrom_AnySplit_EqualsOneDistribution() =>
        Gen.Select(Gen.Double[-3, 3].Array[0, 50], Gen.Double[-3, 3].Array[0, 50]).Sample((a, b) =>
        {
            var bins = DistributionBins.ForNumbers([-1, 0, 1]);
            var merged = Of(bins, a);
            merged.MergeFrom(Of(bins, b));
            Assert.Equal(Checkpoint.Bytes(Of(bins, [.. a, .. b]).Write), Checkpoint.Bytes(merged.Write));
            var copy = Checkpoint.Copy(merged.Write, Distribution.Read);
            copy.MergeFrom(merged);
            Assert.Equal(2 * merged.Count, copy.Count);
        });

    [Fact]
    public void MergeFrom_OtherBins_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new Distribution(DistributionBins.ForNumbers([1])).MergeFrom(new Distribution(DistributionBins.ForNumbers([2]))));

    [Fact]
    public void Read_DamagedState_IsRefused()
    {
        Checkpoint.RefusesDamage(Checkpoint.Bytes(Of(DistributionBins.ForNumbers([-1, 0]), [1, 2]).Write), Distribution.Read);
        Checkpoint.RefusesDamage(Checkpoint.Bytes(new Distribution(DistributionBins.ForTexts(["a", "b"], ["c"])).Write), Distribution.Read);
    }

    [Fact]
    public void Add_ManyValues_AllocatesNothing()
    {
        var numbers = new Distribution(DistributionBins.ForNumbers([-1, 0, 1]));
        var texts = new Distribution(DistributionBins.ForTexts(["a", "b"]));
        numbers.Add(0.5);
        texts.Add("a");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            numbers.Add(i * 0.01);
            texts.Add(i % 2 == 0 ? "a" : "unknown");
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void ForNumbers_EdgesThatDoNotAscend_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => DistributionBins.ForNumbers([1, 1]));
        Assert.Throws<ArgumentException>(() => DistributionBins.ForNumbers([double.NaN]));
        Assert.Throws<ArgumentException>(() => DistributionBins.ForTexts(["a"], ["a"]));
    }

    private static Distribution Of(DistributionBins bins, double[] values)
    {
        var distribution = new Distribution(bins);
        foreach (var value in values)
            distribution.Add(value);
        return distribution;
    }
}
