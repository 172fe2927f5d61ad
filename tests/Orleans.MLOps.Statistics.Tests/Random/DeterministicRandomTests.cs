using CsCheck;
using Orleans.MLOps.Statistics.Random;

namespace Orleans.MLOps.Statistics.Tests.Random;

public class DeterministicRandomTests
{
    [Fact]
    public void NextUInt64_PublishedState_GivesThePublishedSequence()
    {
        var random = new DeterministicRandom(1, 2, 3, 4);
        ulong[] expected = [11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600];
        Assert.Equal(expected, expected.Select(_ => random.NextUInt64()));
    }

    [Fact]
    public void NextUInt64_Seed42_StaysAsItIsForEver()
    {
        var random = new DeterministicRandom(42);
        ulong[] expected = [1546998764402558742, 6990951692964543102, 12544586762248559009, 17057574109182124193];
        Assert.Equal(expected, expected.Select(_ => random.NextUInt64()));
    }

    [Fact]
    public void NextDouble_ManyDraws_AreUniformInTheUnitInterval()
    {
        var random = new DeterministicRandom(7);
        var draws = Enumerable.Range(0, 100_000).Select(_ => random.NextDouble()).ToArray();
        Assert.All(draws, x => Assert.InRange(x, 0, Math.BitDecrement(1.0)));
        Assert.Equal(0.5, draws.Average(), 0.005);
        Assert.Equal(1.0 / 12, draws.Average(x => (x - 0.5) * (x - 0.5)), 0.002);
    }

    [Fact]
    public void NextInt_SmallBound_GivesEveryValueEquallyOften()
    {
        var random = new DeterministicRandom(11);
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
            counts[random.NextInt(7)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void NextInt_BoundBelowOne_IsRefused(int bound) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeterministicRandom(1).NextInt(bound));

    [Fact]
    public void Shuffle_ThreeItems_GivesEveryOrderEquallyOften()
    {
        var random = new DeterministicRandom(3);
        var orders = new Dictionary<string, int>();
        for (var i = 0; i < 60_000; i++)
        {
            char[] items = ['a', 'b', 'c'];
            random.Shuffle(items.AsSpan());
            var order = new string(items);
            orders[order] = orders.GetValueOrDefault(order) + 1;
        }
        Assert.Equal(6, orders.Count);
        Assert.All(orders.Values, count => Assert.InRange(count, 9_600, 10_400));
    }

    [Fact]
    public void Read_AfterWrite_GoesOnWhereItStood() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 20]).Sample((seed, steps) =>
        {
            var random = new DeterministicRandom(seed);
            for (var i = 0; i < steps; i++)
                random.NextUInt64();
            var copy = Checkpoint.Copy(random.Write, DeterministicRandom.Read);
            return random.NextUInt64() == copy.NextUInt64();
        });

    [Fact]
    public void Read_AllZeros_IsRefused() =>
        Assert.Throws<InvalidDataException>(() => Checkpoint.Read([1, 1, .. new byte[32]], DeterministicRandom.Read));
}
