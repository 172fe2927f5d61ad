using CsCheck;
using Orleans.MLOps.Statistics.Quality;
using Orleans.MLOps.Statistics.Sketches;
using Orleans.MLOps.Statistics.Windows;

namespace Orleans.MLOps.Statistics.Tests.Windows;

public class PaneTests
{
    private static readonly ServingPaneLayout Layout = new(
    [
        new("distance", DistributionBins.ForNumbers([200, 500, 1000])),
        new("destination", DistributionBins.ForTexts(["LAX", "JFK"], ["ABQ"])),
    ]);

    private static readonly Gen<(double P, double Ms, double Distance, string Destination)[]> Predictions =
        Gen.Select(Gen.Double[0, 1], Gen.Double[0.1, 50], Gen.Double[0, 2000], Gen.Int[0, 3].Select(i => new[] { "LAX", "JFK", "ABQ", "XYZ" }[i])).Array[0, 50];

    private static readonly Gen<(double P, bool Label)[]> Labelled = Gen.Select(Gen.Double[0, 1], Gen.Bool).Array[0, 80];

    [Fact]
    public void ServingPane_MergedFromAnySplit_EqualsOnePane() =>
        Gen.Select(Predictions, Predictions).Sample((a, b) =>
        {
            var (whole, merged) = (Serving([.. a, .. b]), Serving(b));
            merged.MergeFrom(Checkpoint.Copy(Serving(a).Write, reader => ServingPane.Read(reader, Layout)));
            Assert.Equal(whole.Count, merged.Count);
            Assert.Equal(whole.Output.Counts.ToArray(), merged.Output.Counts.ToArray());
            Assert.Equal(whole.Latency.Quantile(0.99), merged.Latency.Quantile(0.99));
            for (var i = 0; i < 2; i++)
                Assert.Equal(whole.Inputs[i].Counts.ToArray(), merged.Inputs[i].Counts.ToArray());
            merged.Clear();
            Assert.Equal(Checkpoint.Bytes(new ServingPane(Layout).Write), Checkpoint.Bytes(merged.Write));
        });

    [Fact]
    public void ServingPane_OtherLayout_IsRefused()
    {
        var layout = Checkpoint.Copy(Layout.Write, ServingPaneLayout.Read);
        var bytes = Checkpoint.Bytes(Serving([(0.5, 1, 100, "LAX")]).Write);
        Assert.Equal(1, Checkpoint.Read(bytes, reader => ServingPane.Read(reader, layout)).Count);
        var other = new ServingPaneLayout([new("distance", DistributionBins.ForNumbers([200, 500, 1001])), Layout.Inputs[1]]);
        Assert.Throws<InvalidDataException>(() => Checkpoint.Read(bytes, reader => ServingPane.Read(reader, other)));
        Assert.Throws<ArgumentException>(() => new ServingPane(other).MergeFrom(new ServingPane(Layout)));
        Assert.Throws<ArgumentException>(() => new ServingPaneLayout([Layout.Inputs[0], Layout.Inputs[0]]));
    }

    [Fact]
    public void ServingPane_Output_HasTwentyBins()
    {
        var pane = new ServingPane(Layout);
        for (var i = 0; i < 20; i++)
            pane.Add(i / 20.0 + 0.025, 1);
        Assert.Equal([.. Enumerable.Repeat(1L, 20), 0], pane.Output.Counts.ToArray());
    }

    [Fact]
    public void QualityPane_AnyRows_AgreesWithTheExactFigures() =>
        Labelled.Where(rows => rows.Length > 0).Sample(rows =>
        {
            var pane = Quality(rows);
            var exact = BinaryQuality.Measure([.. rows.Select(row => row.P)], [.. rows.Select(row => row.Label)]);
            Assert.Equal((exact.Count, exact.Positives), (pane.Count, pane.Positives));
            Assert.Equal(exact.LogLoss, pane.MeanLogLoss, 1e-9);
            Assert.Equal(exact.Accuracy, pane.Accuracy, 1e-12);
            Assert.Equal(exact.Brier, pane.Brier, 1e-12);
            Assert.Equal(rows.Average(row => row.P), pane.MeanProbability, 1e-12);
            Assert.Equal(double.IsNaN(exact.Auc), double.IsNaN(pane.EstimateAuc()));
            if (!double.IsNaN(exact.Auc))
                Assert.Equal(exact.Auc, pane.EstimateAuc(), TiedShare(pane) / 2 + 1e-12);
        });

    [Fact]
    public void QualityPane_MergedFromAnySplit_EqualsOnePane() =>
        Gen.Select(Labelled, Labelled).Sample((a, b) =>
        {
            var (whole, merged) = (Quality([.. a, .. b]), Quality(a));
            merged.MergeFrom(Checkpoint.Copy(Quality(b).Write, QualityPane.Read));
            Assert.Equal((whole.Count, whole.Positives, whole.Correct), (merged.Count, merged.Positives, merged.Correct));
            Assert.Equal(whole.LogLossSum, merged.LogLossSum, 1e-9);
            Assert.Equal(whole.EstimateAuc(), merged.EstimateAuc());
            Assert.Equal(whole.NegativeScores.ToArray(), merged.NegativeScores.ToArray());
            merged.Clear();
            Assert.Equal(Checkpoint.Bytes(new QualityPane().Write), Checkpoint.Bytes(merged.Write));
        });

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void QualityPane_ProbabilityOutOfRange_IsCountedAsInvalid(double probability)
    {
        var pane = new QualityPane();
        Assert.False(pane.Add(probability, true));
        Assert.Equal((0, 1), (pane.Count, pane.InvalidCount));
    }

    [Fact]
    public void Read_DamagedState_IsRefused()
    {
        Checkpoint.RefusesDamage(Checkpoint.Bytes(Quality([(0.2, true), (0.8, false)]).Write), QualityPane.Read);
        Checkpoint.RefusesDamage(Checkpoint.Bytes(Serving([(0.5, 1, 100, "LAX")]).Write), reader => ServingPane.Read(reader, Layout));
        Checkpoint.RefusesDamage(Checkpoint.Bytes(Layout.Write), ServingPaneLayout.Read);
    }

    private static double TiedShare(QualityPane pane)
    {
        double tied = 0;
        for (var bin = 0; bin < QualityPane.HistogramBins; bin++)
            tied += (double)pane.PositiveScores[bin] * pane.NegativeScores[bin];
        return tied / pane.Positives / (pane.Count - pane.Positives);
    }

    private static ServingPane Serving((double P, double Ms, double Distance, string Destination)[] rows)
    {
        var pane = new ServingPane(Layout);
        foreach (var (p, ms, distance, destination) in rows)
        {
            pane.Add(p, ms);
            pane.Inputs[0].Add(distance);
            pane.Inputs[1].Add(destination);
        }
        return pane;
    }

    private static QualityPane Quality((double P, bool Label)[] rows)
    {
        var pane = new QualityPane();
        foreach (var (p, label) in rows)
            pane.Add(p, label);
        return pane;
    }
}
