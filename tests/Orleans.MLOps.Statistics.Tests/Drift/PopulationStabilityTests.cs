using CsCheck;
using Orleans.MLOps.Statistics.Drift;
using Orleans.MLOps.Statistics.Random;
using Orleans.MLOps.Statistics.Sketches;
using Orleans.MLOps.Statistics.Tests.Sketches;

namespace Orleans.MLOps.Statistics.Tests.Drift;

public class PopulationStabilityTests
{
    [Fact]
    public void FromShares_GoldenPairs_GivesTheirIndex()
    {
        foreach (var pair in GoldenFiles.Json("psi_expected").EnumerateArray())
        {
            double[] Shares(string side) => [.. pair.GetProperty(side).EnumerateArray().Select(share => share.GetDouble())];
            Assert.Equal(pair.GetProperty("psi").GetDouble(), PopulationStability.FromShares(Shares("reference"), Shares("current")), 1e-12);
        }
    }

    [Fact]
    public void Measure_AnyCounts_IsZeroForItselfSymmetricAndNeverNegative() =>
        Gen.Select(Gen.Long[0, 500].Array[4], Gen.Long[0, 500].Array[4]).Sample((a, b) =>
        {
            var bins = DistributionBins.ForNumbers([0, 1]);
            var (left, right) = (new Distribution(bins, a), new Distribution(bins, b));
            if (left.Count == 0 || right.Count == 0)
                return;
            Assert.Equal(0, PopulationStability.Measure(left, left, 1).Value);
            var value = PopulationStability.Measure(left, right, 1).Value;
            Assert.True(value >= 0);
            Assert.Equal(value, PopulationStability.Measure(right, left, 1).Value, 1e-12);
        });

    [Fact]
    public void Measure_SameSource_IsSmallAndShiftedSource_IsLarge()
    {
        var random = new DeterministicRandom(9);
        double Draw() => random.NextDouble() + random.NextDouble() + random.NextDouble();
        var profile = new ColumnProfile(ColumnKind.Numeric);
        for (var i = 0; i < 20_000; i++)
            profile.Add(Draw());
        var reference = profile.ToDistribution();
        var (same, shifted) = (new Distribution(reference.Bins), new Distribution(reference.Bins));
        for (var i = 0; i < 2_000; i++)
        {
            same.Add(Draw());
            shifted.Add(Draw() + 0.5);
        }
        Assert.InRange(PopulationStability.Measure(reference, same).Value, 0, 0.03);
        Assert.True(PopulationStability.Measure(reference, shifted).Value > 0.5);
    }

    [Theory]
    [InlineData(499, 1000)]
    [InlineData(1000, 499)]
    public void Measure_TooFewRows_IsNotEnoughData(int referenceRows, int currentRows)
    {
        var bins = DistributionBins.ForNumbers([0]);
        var result = PopulationStability.Measure(new Distribution(bins, [referenceRows, 0, 0]), new Distribution(bins, [0, currentRows, 0]));
        Assert.Equal(PopulationStabilityStatus.NotEnoughData, result.Status);
        Assert.True(double.IsNaN(result.Value));
    }

    [Fact]
    public void Measure_ConstantReference_IsReportedAsSuchAndNeverSilentlyZero()
    {
        var reference = ColumnProfileTests.Of([.. Enumerable.Repeat((double?)3, 1000)]).ToDistribution();
        var (same, changed) = (new Distribution(reference.Bins), new Distribution(reference.Bins));
        for (var i = 0; i < 1000; i++)
        {
            same.Add(3);
            changed.Add(i < 750 ? 3 : 3.1);
        }
        var still = PopulationStability.Measure(reference, same);
        var moved = PopulationStability.Measure(reference, changed);
        Assert.Equal((PopulationStabilityStatus.ConstantReference, 0.0, 0.0), (still.Status, still.Value, still.DepartedShare));
        Assert.Equal((PopulationStabilityStatus.ConstantReference, 0.25), (moved.Status, moved.DepartedShare));
        Assert.True(moved.Value > 1);
    }

    [Fact]
    public void Measure_NewCategory_IsNamed()
    {
        var bins = DistributionBins.ForTexts(["a", "b"]);
        var (reference, current) = (new Distribution(bins, [500, 500, 0, 0, 0]), new Distribution(bins, [400, 400, 0, 0, 0]));
        for (var i = 0; i < 200; i++)
            current.Add("c");
        var result = PopulationStability.Measure(reference, current);
        Assert.Equal("unseen", bins.Name(result.LargestBin));
        Assert.True(result.Value > 0.25);
    }

    [Fact]
    public void Measure_MoreMissingValues_IsFound()
    {
        var bins = DistributionBins.ForNumbers([0]);
        var result = PopulationStability.Measure(new Distribution(bins, [500, 500, 0]), new Distribution(bins, [350, 350, 300]));
        Assert.Equal("missing", bins.Name(result.LargestBin));
    }

    [Fact]
    public void Measure_OtherBins_AreRefused() => Assert.Throws<ArgumentException>(() =>
        PopulationStability.Measure(new Distribution(DistributionBins.ForNumbers([0])), new Distribution(DistributionBins.ForNumbers([1]))));
}
