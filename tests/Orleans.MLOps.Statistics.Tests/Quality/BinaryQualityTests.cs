using CsCheck;
using Orleans.MLOps.Statistics.Quality;

namespace Orleans.MLOps.Statistics.Tests.Quality;

public class BinaryQualityTests
{
    [Fact]
    public void Measure_GoldenScores_GivesTheirFigures()
    {
        var quality = BinaryQuality.Measure(GoldenFiles.Doubles("quality_scores"), GoldenFiles.Bits("quality_labels"));
        Assert.Equal((1000, 407), (quality.Count, quality.Positives));
        Assert.Equal(0.7545773582873078, quality.Auc, 1e-12);
        Assert.Equal(0.6011927663065111, quality.LogLoss, 1e-12);
        Assert.Equal(0.20588663699807588, quality.Brier, 1e-12);
        Assert.Equal(0.1060706754477225, quality.ExpectedCalibrationError, 1e-12);
        Assert.Equal(0.699, quality.Accuracy, 1e-12);
        Assert.Equal(0.593, quality.MajorityShare, 1e-12);
    }

    [Fact]
    public void MeasureAuc_ManyTies_EqualsTheShareOfWonPairs() =>
        Gen.Select(Gen.Int[0, 6], Gen.Bool).Array[0, 40].Sample(rows =>
        {
            var positives = rows.Where(row => row.Item2).ToArray();
            var negatives = rows.Where(row => !row.Item2).ToArray();
            var won = positives.Sum(p => negatives.Sum(n => p.Item1 > n.Item1 ? 1 : p.Item1 == n.Item1 ? 0.5 : 0));
            var auc = BinaryQuality.MeasureAuc([.. rows.Select(row => (double)row.Item1)], [.. rows.Select(row => row.Item2)]);
            Assert.Equal(won / positives.Length / negatives.Length, auc, 1e-12);
        });

    [Fact]
    public void Measure_OneClassOrNoRows_HasNoAuc()
    {
        Assert.True(double.IsNaN(BinaryQuality.Measure([0.1, 0.2], [true, true]).Auc));
        var none = BinaryQuality.Measure([], []);
        Assert.Equal(0, none.Count);
        Assert.True(double.IsNaN(none.LogLoss) && double.IsNaN(none.Auc) && double.IsNaN(none.Accuracy));
    }

    [Theory]
    [InlineData(1.0, true, 1.00000005e-7)]
    [InlineData(0.0, true, 16.11809565095832)]
    [InlineData(1.0, false, 16.11809565095832)]
    [InlineData(0.5, false, 0.6931471805599453)]
    public void LogLoss_AtTheEnds_IsClipped(double probability, bool label, double expected) =>
        Assert.Equal(expected, LogLoss.Of(probability, label), 1e-12);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1e-9)]
    [InlineData(1.0000001)]
    public void Measure_ProbabilityOutOfRange_IsRefused(double probability) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BinaryQuality.Measure([0.5, probability], [true, false]));

    [Fact]
    public void Measure_LabelsMissing_IsRefused() => Assert.Throws<ArgumentException>(() => BinaryQuality.Measure([0.5], []));
}
