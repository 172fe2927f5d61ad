using CsCheck;
using Orleans.MLOps.Grains.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

public sealed class ShardDealingTests
{
    private static readonly Gen<Dictionary<string, int>> Silos =
        from free in Gen.Int[0, 9].Array[1, 6]
        select free.Select((threads, i) => (Name: $"s{i}", threads)).ToDictionary(silo => silo.Name, silo => silo.threads);

    [Theory]
    [InlineData(4, "a:8 b:8 c:8", "b", "b:0+2 a:2+1 c:3+1")]
    [InlineData(4, "a:8 b:8 c:8", "z", "a:0+2 b:2+1 c:3+1")]
    [InlineData(2, "a:8 b:8 c:8", "c", "c:0+1 a:1+1")]
    [InlineData(4, "a:5 b:1", "b", "a:0+4")]
    [InlineData(4, "a:3 b:1", "b", "b:0+1 a:1+3")]
    [InlineData(1, "a:1 b:5", "a", "b:0+1")]
    [InlineData(8, "a:8", "a", "a:0+8")]
    public void Deal_FreeThreads_SpreadsByThemAndPrefersHomeAmongEquals(int shards, string silos, string home, string expected)
    {
        var free = silos.Split(' ').Select(silo => silo.Split(':')).ToDictionary(parts => parts[0], parts => int.Parse(parts[1], null));

        var dealt = ShardDealing.Deal(shards, free, home)!;

        Assert.Equal(expected, string.Join(' ', dealt.Select(part => $"{part.Silo}:{part.FirstRank}+{part.Shards}")));
    }

    [Fact]
    public void Deal_AnySilos_CoversAllRanksOnceWithinWhatIsFree() => Gen.Select(Gen.Int[1, 16], Silos, Gen.Int[0, 5]).Sample((shards, free, home) =>
    {
        var dealt = ShardDealing.Deal(shards, free, $"s{home}");

        if (free.Values.Sum() < shards)
        {
            return dealt is null;
        }

        var next = 0;
        return dealt!.All(part => part.FirstRank == next && (next += part.Shards) > 0 && part.Shards > 0 && part.Shards <= free[part.Silo])
            && next == shards
            && dealt!.Select(part => part.Silo).Distinct().Count() == dealt!.Length;
    });
}
