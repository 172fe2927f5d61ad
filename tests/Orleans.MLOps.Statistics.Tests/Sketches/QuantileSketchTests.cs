using CsCheck;
using Orleans.MLOps.Statistics.Sketches;

namespace Orleans.MLOps.Statistics.Tests.Sketches;

public class QuantileSketchTests
{
    private static readonly Gen<double> Values = Gen.OneOf(
        Gen.Double[-1000, 1000],
        Gen.Double[-1e-6, 1e-6],
        Gen.Int[-20, 20].Select(i => (double)i),
        Gen.Const(0.0),
        Gen.Double.Where(x => Math.Abs(x) < 1e300));

    [Theory]
    [InlineData("lognormal_5000")]
    [InlineData("normal_5000")]
    [InlineData("with_zeros")]
    [InlineData("ints_0_99")]
    public void Quantile_GoldenSet_GivesDataDogsValues(string set)
    {
        var values = set == "ints_0_99" ? [.. Enumerable.Range(0, 5000).Select(i => (double)(i % 100))] : GoldenFiles.Doubles("ddsketch_" + set);
        var expected = GoldenFiles.Json("ddsketch_expected");
        var figures = expected.GetProperty("sets").GetProperty(set);
        var (whole, even, odd, small) = (new QuantileSketch(), new QuantileSketch(), new QuantileSketch(), new QuantileSketch(maxBins: 128));
        for (var i = 0; i < values.Length; i++)
        {
            whole.Add(values[i]);
            (i % 2 == 0 ? even : odd).Add(values[i]);
            small.Add(values[i]);
        }
        even.MergeFrom(odd);
        Assert.Equal(figures.GetProperty("count").GetDouble(), whole.Count);
        Assert.Equal(figures.GetProperty("sum").GetDouble(), whole.Sum, 1e-6);
        for (var i = 0; i < expected.GetProperty("quantiles").GetArrayLength(); i++)
        {
            var q = expected.GetProperty("quantiles")[i].GetDouble();
            var value = figures.GetProperty("ddsketch_q")[i].GetDouble();
            Assert.Equal(value, whole.Quantile(q), 1e-9 * Math.Abs(value));
            Assert.Equal(whole.Quantile(q), even.Quantile(q));
            var collapsed = figures.GetProperty("collapsing_lowest_128_q")[i].GetDouble();
            Assert.Equal(collapsed, small.Quantile(q), 1e-9 * Math.Abs(collapsed));
        }
    }

    [Fact]
    public void Quantile_AnyValues_IsWithinTheRelativeErrorOfTheRankedValue() =>
        Gen.Select(Gen.Double[-1000, 1000].Select(x => Math.Round(x, 6)).Array[1, 200], Gen.Double[0, 1]).Sample((values, q) =>
        {
            var sketch = new QuantileSketch();
            foreach (var value in values)
                sketch.Add(value);
            Array.Sort(values);
            var exact = values[(int)(q * (values.Length - 1))];
            Assert.Equal(exact, sketch.Quantile(q), Math.Abs(exact) * 0.0100001 + 1e-300);
            Assert.Equal(values[0], sketch.Min);
            Assert.Equal(values[^1], sketch.Max);
        });

    [Theory]
    [InlineData(16)]
    [InlineData(2048)]
    public void MergeFrom_AnySplitInAnyOrder_EqualsOneSketch(int maxBins) =>
        Gen.Select(Values.Array[0, 60], Values.Array[0, 60], Values.Array[0, 60]).Sample((a, b, c) =>
        {
            var whole = Of(maxBins, [.. a, .. b, .. c]);
            var merged = Of(maxBins, b);
            var first = Of(maxBins, c);
            first.MergeFrom(Of(maxBins, a));
            merged.MergeFrom(first);
            AssertSame(whole, merged);
        });

    [Fact]
    public void Read_AfterWrite_GivesTheSameSketch() =>
        Values.Array[0, 100].Sample(values =>
        {
            var sketch = Of(64, values);
            var copy = Checkpoint.Copy(sketch.Write, QuantileSketch.Read);
            AssertSame(sketch, copy);
            Assert.Equal(Checkpoint.Bytes(sketch.Write), Checkpoint.Bytes(copy.Write));
        });

    [Fact]
    public void Read_DamagedState_IsRefused() => Checkpoint.RefusesDamage(Checkpoint.Bytes(Of(64, [-3, 0, 0, 1, 2, 1e9]).Write), QuantileSketch.Read);

    [Fact]
    public void Add_NonFiniteValues_AreCountedApart()
    {
        var sketch = Of(64, [1, double.NaN, double.PositiveInfinity, double.NegativeInfinity]);
        Assert.Equal(1, sketch.Count);
        Assert.Equal(3, sketch.NonFiniteCount);
        Assert.Equal(1, sketch.Max);
    }

    [Fact]
    public void Add_ExtremeFiniteValues_StayFinite()
    {
        var sketch = Of(2048, [double.MaxValue, double.MinValue, double.Epsilon, -double.Epsilon]);
        Assert.Equal(2, sketch.ZeroCount);
        Assert.Equal(double.MaxValue, sketch.Quantile(1), double.MaxValue * 0.01);
        Assert.Equal(double.MinValue, sketch.Quantile(0), double.MaxValue * 0.01);
    }

    [Fact]
    public void Quantile_EmptyOrCleared_IsNaN()
    {
        var sketch = Of(64, [5, -5]);
        sketch.Clear();
        Assert.True(double.IsNaN(sketch.Quantile(0.5)));
        sketch.Add(-7);
        Assert.Equal(-7, sketch.Quantile(0.5), 0.07);
    }

    [Fact]
    public void MergeFrom_OtherError_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new QuantileSketch(0.01).MergeFrom(new QuantileSketch(0.02)));

    private static QuantileSketch Of(int maxBins, double[] values)
    {
        var sketch = new QuantileSketch(maxBins: maxBins);
        foreach (var value in values)
            sketch.Add(value);
        return sketch;
    }

    private static void AssertSame(QuantileSketch expected, QuantileSketch actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.ZeroCount, actual.ZeroCount);
        Assert.Equal(expected.Min, actual.Min);
        Assert.Equal(expected.Max, actual.Max);
        for (var q = 0.0; q <= 1; q += 0.05)
            Assert.Equal(expected.Quantile(q), actual.Quantile(q));
        Assert.Equal(expected.AscendingBins(), actual.AscendingBins());
    }
}
