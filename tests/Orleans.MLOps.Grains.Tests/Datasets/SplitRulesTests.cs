using CsCheck;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Datasets;

namespace Orleans.MLOps.Grains.Tests.Datasets;

public sealed class SplitRulesTests
{
    private static readonly ColumnSchema[] Columns = [new() { Name = "at", Type = ColumnType.Timestamp }, new() { Name = "x", Type = ColumnType.Double }];

    public static TheoryData<CreateSplit, string, string> Refused => new()
    {
        { new CreateSplit { Name = "", Spec = new SplitSpec() }, "name", "1 to 200 characters" },
        { new CreateSplit { Name = "s", Spec = new SplitSpec { TrainFraction = 1 } }, "train_fraction", "above 0 and below 1" },
        { new CreateSplit { Name = "s", Spec = new SplitSpec { TrainFraction = double.NaN } }, "train_fraction", "above 0 and below 1" },
        { new CreateSplit { Name = "s", Spec = new SplitSpec { TimeColumn = "at" } }, "time_column", "only a Time split" },
        { new CreateSplit { Name = "s", Spec = new SplitSpec { Kind = SplitKind.Time } }, "time_column", "does not exist" },
        { new CreateSplit { Name = "s", Spec = new SplitSpec { Kind = SplitKind.Time, TimeColumn = "when" } }, "time_column", "'when' does not exist" },
        { new CreateSplit { Name = "s", Spec = new SplitSpec { Kind = SplitKind.Time, TimeColumn = "x" } }, "time_column", "type Double" },
        { new CreateSplit { Name = "s", Spec = new SplitSpec { Kind = (SplitKind)9 } }, "kind", "unknown kind 9" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Require_WrongRule_NamesField(CreateSplit command, string field, string expected)
    {
        var error = Assert.Throws<InvalidInputException>(() => SplitRules.Require(command, Columns));

        Assert.Equal(field, error.Field);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IsTrain_KnownSeed_NeverChanges()
    {
        // Stored splits are derived again by this function: these sides must hold for ever.
        Assert.Equal(KnownSides, string.Concat(Enumerable.Range(0, 40).Select(i => SplitRules.IsTrain(42, i, 0.7) ? 'T' : 't')));
    }

    [Fact]
    public void IsTrain_AnySeed_TakesTheShareAndGrowsWithIt() => Gen.Select(Gen.Long, Gen.Double[0.05, 0.95]).Sample(
        (seed, fraction) =>
        {
            const int Rows = 20_000;
            var train = 0;
            for (var i = 0; i < Rows; i++)
            {
                var isTrain = SplitRules.IsTrain(seed, i, fraction);
                train += isTrain ? 1 : 0;
                if (isTrain && !SplitRules.IsTrain(seed, i, fraction + 0.01))
                {
                    return false;
                }
            }

            // Six standard deviations of a fair draw.
            return Math.Abs(train - (Rows * fraction)) < 6 * Math.Sqrt(Rows * fraction * (1 - fraction));
        },
        iter: 100);

    [Fact]
    public void IsTrain_OtherSeed_IsAnotherDraw()
    {
        var same = Enumerable.Range(0, 10_000).Count(i => SplitRules.IsTrain(1, i, 0.5) == SplitRules.IsTrain(2, i, 0.5));

        Assert.InRange(same, 4_700, 5_300);
    }

    [Fact]
    public void TimeBoundary_AnyInstants_PartsThemAsNearAsTiesAllow() => Gen.Select(Gen.Long[-20, 20].Array[1, 60], Gen.Double[0.01, 0.99]).Sample((instants, fraction) =>
    {
        var boundary = new TimeBoundary(instants.Length, fraction);
        foreach (var group in instants.GroupBy(t => t).OrderBy(g => g.Key))
        {
            boundary.Add(group.Key, group.Count());
        }

        var candidates = instants.Distinct().Where(t => t > instants.Min()).ToArray();
        if (boundary.Instant is not { } chosen)
        {
            return candidates.Length == 0;
        }

        double Distance(long t) => Math.Abs(instants.Count(x => x < t) - (instants.Length * fraction));
        return candidates.Contains(chosen) && candidates.All(t => Distance(chosen) <= Distance(t));
    });

    private const string KnownSides = "TtTTTTTtTtTTTTttTTTTTttTtttTTtTTtTtTtttt";
}
