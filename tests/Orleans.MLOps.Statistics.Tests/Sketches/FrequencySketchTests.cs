using CsCheck;
using Orleans.MLOps.Statistics.Random;
using Orleans.MLOps.Statistics.Sketches;

namespace Orleans.MLOps.Statistics.Tests.Sketches;

public class FrequencySketchTests
{
    private static readonly Gen<string[]> Words = Gen.Int[0, 30].Select(i => i == 0 ? "" : "w" + i * i % 23).Array[0, 80];

    [Fact]
    public void MergeFrom_WhileWithinCapacity_EqualsOneSketch() =>
        Gen.Select(Words, Words).Sample((a, b) =>
        {
            var whole = Of(50, [.. a, .. b]);
            var merged = Of(50, b);
            merged.MergeFrom(Of(50, a));
            Assert.Equal(Checkpoint.Bytes(whole.Write), Checkpoint.Bytes(merged.Write));
            Assert.True(merged.IsExact);
            Assert.Equal(0, merged.OtherCount);
        });

    [Fact]
    public void MergeFrom_BeyondCapacity_KeepsItsPromises() =>
        Gen.Select(Words, Words, Gen.Int[1, 6]).Sample((a, b, capacity) =>
        {
            var merged = Of(capacity, a);
            merged.MergeFrom(Of(capacity, b));
            AssertPromises(Of(capacity, [.. a, .. b]), [.. a, .. b]);
            AssertPromises(merged, [.. a, .. b]);
        });

    [Fact]
    public void Add_MoreCategoriesThanKept_KeepsTheFrequentOnes()
    {
        var random = new DeterministicRandom(5);
        var sketch = new FrequencySketch(100);
        for (var i = 0; i < 50_000; i++)
            sketch.Add(random.NextInt(4) == 0 ? "often" : "rare" + random.NextInt(5000));
        Assert.Equal("often", sketch.Top(1)[0].Key);
        Assert.InRange(sketch.CountOf("often"), 11_500, 13_000);
        Assert.False(sketch.IsExact);
    }

    [Fact]
    public void Add_KnownCategory_AllocatesNothing()
    {
        var sketch = Of(10, ["a", "b"]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            sketch.Add("b".AsSpan());
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Add_LongTexts_CountAsTheirBeginning()
    {
        var sketch = new FrequencySketch();
        sketch.Add(new string('x', 300));
        sketch.Add(new string('x', 400));
        Assert.Equal(2, sketch.CountOf(new string('x', FrequencySketch.MaximumLength)));
        sketch.Add(new string('x', 255) + "\U0001F600 and more");
        Assert.Equal(1, sketch.CountOf(new string('x', 255)));
    }

    [Fact]
    public void Read_AfterWrite_GivesTheSameSketchWithLoneSurrogatesIntact()
    {
        var sketch = Of(2, ["\uD800", "a", "a", "b", "", "", ""]);
        var copy = Checkpoint.Copy(sketch.Write, FrequencySketch.Read);
        Assert.Equal(Checkpoint.Bytes(sketch.Write), Checkpoint.Bytes(copy.Write));
        Assert.Equal(sketch.Top(), copy.Top());
        Assert.Equal(sketch.MaximumError, copy.MaximumError);
    }

    [Fact]
    public void Read_DamagedState_IsRefused() => Checkpoint.RefusesDamage(Checkpoint.Bytes(Of(4, ["a", "b", "b"]).Write), FrequencySketch.Read);

    private static FrequencySketch Of(int capacity, string[] words)
    {
        var sketch = new FrequencySketch(capacity);
        foreach (var word in words)
            sketch.Add(word);
        return sketch;
    }

    private static void AssertPromises(FrequencySketch sketch, string[] words)
    {
        Assert.Equal(words.Length, sketch.Count);
        Assert.Equal(words.Length - sketch.Top().Sum(pair => pair.Value), sketch.OtherCount);
        Assert.True(sketch.CategoryCount <= sketch.Capacity);
        Assert.True(sketch.MaximumError * (sketch.Capacity + 1) <= sketch.OtherCount);
        foreach (var group in words.GroupBy(word => word))
        {
            Assert.InRange(sketch.CountOf(group.Key), Math.Max(0, group.Count() - sketch.MaximumError), group.Count());
            if (group.Count() * (sketch.Capacity + 1) > words.Length)
                Assert.True(sketch.CountOf(group.Key) > 0);
        }
    }
}
