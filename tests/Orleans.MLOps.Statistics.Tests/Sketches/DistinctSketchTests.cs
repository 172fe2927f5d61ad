using CsCheck;
using Orleans.MLOps.Statistics.Sketches;

namespace Orleans.MLOps.Statistics.Tests.Sketches;

public class DistinctSketchTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(1000)]
    [InlineData(12_000)]
    [InlineData(300_000)]
    public void Estimate_KnownNumber_IsWithinFourStandardErrors(int distinct)
    {
        var (numbers, texts) = (new DistinctSketch(), new DistinctSketch());
        for (var i = 0; i < distinct; i++)
        {
            numbers.Add((double)i);
            numbers.Add((double)i);
            texts.Add("user " + i);
        }
        Assert.Equal(distinct, numbers.Estimate(), 0.065 * distinct + 0.01);
        Assert.Equal(distinct, texts.Estimate(), 0.065 * distinct + 0.01);
    }

    [Fact]
    public void MergeFrom_AnySplit_EqualsOneSketch() =>
        Gen.Select(Gen.Int[0, 5000].Array[0, 300], Gen.Int[0, 5000].Array[0, 300]).Sample((a, b) =>
        {
            var merged = Of(a);
            merged.MergeFrom(Of(b));
            Assert.Equal(Checkpoint.Bytes(Of([.. b, .. a]).Write), Checkpoint.Bytes(merged.Write));
        });

    [Theory]
    [InlineData(50)]
    [InlineData(20_000)]
    public void Read_AfterWrite_GivesTheSameSketch(int distinct)
    {
        var sketch = Of([.. Enumerable.Range(0, distinct)]);
        var copy = Checkpoint.Copy(sketch.Write, DistinctSketch.Read);
        Assert.Equal(sketch.Estimate(), copy.Estimate());
        Checkpoint.RefusesDamage(Checkpoint.Bytes(sketch.Write), DistinctSketch.Read);
    }

    [Fact]
    public void Add_BothZerosAndNaN_AreOneValue()
    {
        var sketch = new DistinctSketch();
        sketch.Add(0.0);
        sketch.Add(-0.0);
        sketch.Add(double.NaN);
        Assert.Equal(1, sketch.Estimate(), 0.01);
    }

    [Fact]
    public void Add_KnownTexts_HashAsTheyAlwaysDid()
    {
        // Stored sketches can be merged with new ones only as long as these numbers stay.
        Assert.Equal(10357519086311344877, StableHash.Of(""));
        Assert.Equal(17688212236414176142, StableHash.Of("Chicago O'Hare"));
        Assert.Equal(9832619553069098951, StableHash.Of(1.5));
    }

    private static DistinctSketch Of(int[] values)
    {
        var sketch = new DistinctSketch();
        foreach (var value in values)
            sketch.Add((double)value);
        return sketch;
    }
}
