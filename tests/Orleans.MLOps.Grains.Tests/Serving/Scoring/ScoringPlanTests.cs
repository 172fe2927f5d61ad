using System.Net;
using CsCheck;
using Orleans.MLOps.Grains.Serving.Scoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving.Scoring;

public sealed class ScoringPlanTests
{
    private static readonly ScoreDataset Command = new() { Name = "j", Dataset = "d", Target = "t", Endpoint = "e", OperationId = "o" };

    [Fact]
    public void Range_AnySize_EveryOrdinalIsInExactlyOnePartition() => Gen.Select(Gen.Int[1, 300], Gen.Int[1, 320]).Sample((positions, size) =>
    {
        var ordinals = new List<long>();
        for (var partition = 0; partition < ScoringPlan.Partitions(positions, size); partition++)
        {
            var (from, to) = ScoringPlan.Range(partition, positions, size);
            Assert.InRange(to - from, 1, size);
            for (var ordinal = from; ordinal < to; ordinal++)
            {
                ordinals.Add(ordinal);
            }
        }

        Assert.Equal(Enumerable.Range(0, positions).Select(ordinal => (long)ordinal), ordinals);
    });

    [Fact]
    public void PartitionRows_NoneAsked_KeepsTheBounds() => Gen.Select(Gen.Long[1, 1_000_000_000], Gen.Int[0, 20]).Sample((positions, inputs) =>
    {
        var rows = ScoringPlan.PartitionRows(Command, positions, inputs);
        Assert.InRange(rows, 1, ScoringPlan.MostPartitionRows);
        Assert.InRange(ScoringPlan.Partitions(positions, rows), 1, ScoringPlan.MostPartitions);
        Assert.True((long)rows * inputs <= ScoringPlan.MostValues);
    });

    [Fact]
    public void PartitionRows_OutOfBounds_IsRefusedWithWhatIsAllowed()
    {
        Assert.Equal(7, ScoringPlan.PartitionRows(Command with { PartitionRows = 7 }, 10, 1));
        Assert.Contains("1 to 1000000", Refuse(0, 10, 1).Message, StringComparison.Ordinal);
        Assert.Contains("1 to 1000000", Refuse(1_000_001, 10, 1).Message, StringComparison.Ordinal);
        Assert.Contains("1 to 4882", Refuse(4883, 10, 4096).Message, StringComparison.Ordinal);
        Assert.Contains("11 to 1000000", Refuse(10, 10_001, 1).Message, StringComparison.Ordinal);
        Assert.Equal("dataset", Assert.Throws<InvalidInputException>(() => ScoringPlan.PartitionRows(Command, 1_000_000_001, 1)).Field);

        static InvalidInputException Refuse(int rows, long positions, int inputs) =>
            Assert.Throws<InvalidInputException>(() => ScoringPlan.PartitionRows(Command with { PartitionRows = rows }, positions, inputs));
    }

    [Fact]
    public void Deal_AnyBusyness_GivesNobodyTooManyAndTheFreestFirst() => Gen.Select(Gen.Int[0, 4].Array[0, 5], Gen.Int[1, 3], Gen.Int[0, 9]).Sample((busy, most, left) =>
    {
        var silos = busy.Select((count, i) => (Silo: SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1000 + i), 0), Count: count)).ToDictionary(silo => silo.Silo, silo => silo.Count);

        var dealt = ScoringPlan.Deal(silos, most, left);

        Assert.Equal(Math.Min(left, busy.Sum(count => Math.Max(0, most - count))), dealt.Count);
        Assert.All(dealt.GroupBy(silo => silo), group => Assert.True(silos[group.Key] + group.Count() <= most));
        if (dealt.Count > 0)
        {
            Assert.Equal(busy.Min(), silos[dealt[0]]);
        }
    });
}
