using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Learning.Tests.Serving;

public sealed class TabularScorerTests
{
    private static readonly TabularNetworkSpec Spec = SyntheticRows.Spec();
    private static readonly byte[] Model = OnnxExporter.Export(Spec, WeightInitializer.Create(Spec, 3));

    [Fact]
    public void Score_Columns_IsWhatEncodedRowsGive()
    {
        using var scorer = new TabularScorer(Spec, Model);
        double[][] numeric = [[100, double.NaN, 700], [1, 2, 23], [0, 0.5, 1]];
        string[][] categorical = [["red", "", "unknown"], ["left", "right", ""]];
        var rows = new TabularEncoder(Spec).EncodeColumns(numeric, categorical);
        var expected = new float[3];
        scorer.Engine.Score(rows.Numeric, rows.CategoriesAsInt64(), 3, expected);

        Assert.Equal(expected, scorer.Score(numeric, categorical, 3));
        Assert.Equal(3, expected.Distinct().Count());
        Assert.Empty(scorer.Score([[], [], []], [[], []], 0));
    }

    [Fact]
    public void Construct_ModelOfAnotherNetwork_IsRefused()
    {
        var other = Spec with { Numeric = [.. Spec.Numeric.Take(2)] };

        var error = Assert.Throws<InvalidDataException>(() => new TabularScorer(other, Model));
        Assert.Contains("takes 3 numbers and 2 categories a row; its network has 2 and 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Score_WhatDoesNotFit_IsRefused()
    {
        using var scorer = new TabularScorer(Spec, Model);

        Assert.Throws<ArgumentException>(() => scorer.Score([[1], [1]], [["red"], ["left"]], 1));
        Assert.Throws<ArgumentException>(() => scorer.Score([[1], [1], [1]], [["red"], ["left"], [""]], 1));
        Assert.Throws<ArgumentException>(() => scorer.Score([[1], [1], [1]], [["red"], []], 1));
        Assert.Throws<ArgumentException>(() => scorer.Score([[1], [double.PositiveInfinity], [1]], [["red"], ["left"]], 1));
    }
}
