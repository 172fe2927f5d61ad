using CsCheck;
using Orleans.MLOps.Statistics.Drift;
using Orleans.MLOps.Statistics.Random;

namespace Orleans.MLOps.Statistics.Tests.Drift;

public class SeasonalLossTests
{
    private static readonly DateTimeOffset Monday = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Expected_OneCell_IsShrunkTowardsHourAndOverallMean()
    {
        // Monday 05:00 holds 50 rows of 1, Tuesday 05:00 50 rows of 0, Tuesday 06:00 100 rows of 0.5: overall 0.5.
        var builder = new SeasonalLossReferenceBuilder();
        Fill(builder, Monday.AddHours(5), 50, 1);
        Fill(builder, Monday.AddHours(29), 50, 0);
        Fill(builder, Monday.AddHours(30), 100, 0.5);
        var reference = builder.Build(pseudoCount: 50);
        Assert.Equal(0.5, reference.OverallMean, 1e-12);
        Assert.Equal(0.75, reference.Expected(Monday.AddHours(5)), 1e-12);
        Assert.Equal(0.25, reference.Expected(Monday.AddHours(29)), 1e-12);
        Assert.Equal(0.5, reference.Expected(Monday.AddHours(53)), 1e-12);
        Assert.Equal(1, builder.Build(pseudoCount: 0).Expected(Monday.AddDays(7).AddHours(5)), 1e-12);
        Assert.Equal(0.75, reference.Expected(new DateTimeOffset(2001, 1, 8, 6, 30, 0, TimeSpan.FromHours(1))), 1e-12);
    }

    [Fact]
    public void Build_SingleWeek_JudgesEachDayByTheOthers()
    {
        // With its own rows in the expectation every day of a single week would show no residual at all.
        var builder = new SeasonalLossReferenceBuilder();
        for (var day = 0; day < 7; day++)
            Fill(builder, Monday.AddDays(day).AddHours(12), 200, day % 2 == 0 ? 0.6 : 0.4);
        var reference = builder.Build();
        Assert.Equal(7, reference.DayCount);
        Assert.InRange(reference.DailyStandardDeviation, 0.1, 0.13);
    }

    [Fact]
    public void Build_DaysWithFewRows_AreLeftOutOfTheDailyFigures()
    {
        var builder = new SeasonalLossReferenceBuilder();
        Fill(builder, Monday, 100, 0.4);
        Fill(builder, Monday.AddDays(1), 99, 0.4);
        var reference = builder.Build();
        Assert.Equal((1, false), (reference.DayCount, reference.CanJudgeDays));
        Assert.True(double.IsNaN(reference.DailyStandardDeviation));
        Assert.Throws<ArgumentException>(() => new SeasonalLossTrigger(reference));
        Assert.Throws<InvalidOperationException>(() => new SeasonalLossReferenceBuilder().Build());
    }

    [Fact]
    public void MergeFrom_AnySplit_GivesTheSameReference() =>
        Gen.Select(Gen.Int[0, 600], Gen.Double[0, 2]).Array[0, 60].Array[2].Where(parts => parts[0].Length + parts[1].Length > 0).Sample(parts =>
        {
            var (whole, left, right) = (new SeasonalLossReferenceBuilder(), new SeasonalLossReferenceBuilder(), new SeasonalLossReferenceBuilder());
            foreach (var (hour, loss) in parts[0].Concat(parts[1]))
                whole.Add(Monday.AddHours(hour), loss);
            foreach (var (hour, loss) in parts[0])
                left.Add(Monday.AddHours(hour), loss);
            foreach (var (hour, loss) in parts[1])
                right.Add(Monday.AddHours(hour), loss);
            right = Checkpoint.Copy(right.Write, SeasonalLossReferenceBuilder.Read);
            right.MergeFrom(left);
            Assert.Equal(whole.RowCount, right.RowCount);
            var (expected, actual) = (whole.Build(minimumLabels: 1), right.Build(minimumLabels: 1));
            for (var hour = 0; hour < 168; hour++)
                Assert.Equal(expected.Expected(Monday.AddHours(hour)), actual.Expected(Monday.AddHours(hour)), 1e-9);
            Assert.Equal(expected.DailyStandardDeviation, actual.DailyStandardDeviation, 1e-9);
        });

    [Fact]
    public void Advance_SeasonWithoutDrift_StaysQuietWhereAdwinDoesNot()
    {
        var trigger = new SeasonalLossTrigger(Season(seed: 1, days: 28));
        var adwin = new Adwin();
        var fired = 0;
        foreach (var (time, loss) in Rows(seed: 2, firstDay: 28, days: 56, shift: 0))
        {
            trigger.Add(time, loss);
            adwin.Update(loss);
            fired += trigger.Advance(time).Count(day => day.Fired);
        }
        Assert.Equal(0, fired);
        Assert.True(adwin.DetectionCount > 20, $"ADWIN fired {adwin.DetectionCount} times");
    }

    [Fact]
    public void Advance_LossRises_FiresWithinDays()
    {
        var trigger = new SeasonalLossTrigger(Season(seed: 1, days: 28));
        var closed = new List<ClosedDay>();
        foreach (var (time, loss) in Rows(seed: 3, firstDay: 28, days: 10, shift: 0.05))
        {
            closed.AddRange(trigger.Advance(time));
            trigger.Add(time, loss);
        }
        var first = closed.FindIndex(day => day.Fired);
        Assert.InRange(first, 0, 4);
        Assert.Equal(0.05, closed.Average(day => day.MeanResidual), 0.02);
        Assert.All(closed, day => Assert.Equal(240, day.Count));
    }

    [Fact]
    public void Advance_LateRowsAndSmallDays_AreCountedAndNotLostSilently()
    {
        var trigger = new SeasonalLossTrigger(Season(seed: 1, days: 14), new SeasonalLossTriggerOptions { MinimumLabels = 3 });
        var day = Monday.AddDays(30);
        foreach (var (hours, loss) in new[] { (0, 0.5), (23, 0.7), (25, 0.5), (26, 0.5), (23, 0.6), (27, 0.9) })
            Assert.True(trigger.Add(day.AddHours(hours), loss));
        Assert.False(trigger.Add(day, double.NaN));

        Assert.Empty(trigger.Advance(day.AddDays(1).AddTicks(-1)));
        var first = Assert.Single(trigger.Advance(day.AddDays(1)));
        Assert.Equal((3, false, new DateOnly(2001, 1, 31)), (first.Count, first.Skipped, first.Day));
        Assert.Equal(0.6, first.MeanLoss, 1e-12);

        Assert.False(trigger.Add(day.AddHours(12), 0.5));
        Assert.Empty(trigger.Advance(day));
        trigger.Add(day.AddDays(5), 0.5);
        var rest = trigger.Advance(day.AddDays(9));
        Assert.Equal([false, true], rest.Select(closed => closed.Skipped));
        Assert.Equal(rest[0].Statistic, rest[1].Statistic);
        Assert.Equal((7, 1, 1, 1, 2), (trigger.RowCount, trigger.LateCount, trigger.NonFiniteCount, trigger.SkippedDays, trigger.JudgedDays));
    }

    [Fact]
    public void Read_AtAnyMoment_GoesOnAsIfNeverInterrupted()
    {
        var rows = Rows(seed: 4, firstDay: 28, days: 6, shift: 0.03).ToArray();
        Gen.Int[0, rows.Length - 1].Sample(
            stop =>
            {
                var trigger = new SeasonalLossTrigger(Season(seed: 1, days: 28));
                var copy = trigger;
                for (var i = 0; i < rows.Length; i++)
                {
                    if (i == stop)
                        copy = Checkpoint.Copy(trigger.Write, SeasonalLossTrigger.Read);
                    var expected = trigger.Advance(rows[i].Time);
                    trigger.Add(rows[i].Time.AddHours(-rows[i].Loss * 30), rows[i].Loss);
                    if (i < stop)
                        continue;
                    Assert.Equal(expected, copy.Advance(rows[i].Time));
                    copy.Add(rows[i].Time.AddHours(-rows[i].Loss * 30), rows[i].Loss);
                }
                Assert.True(trigger.LateCount > 0);
                Assert.Equal(Checkpoint.Bytes(trigger.Write), Checkpoint.Bytes(copy.Write));
            },
            iter: 20);
    }

    [Fact]
    public void Read_DamagedState_IsRefused()
    {
        var trigger = new SeasonalLossTrigger(Season(seed: 1, days: 14));
        trigger.Add(Monday.AddDays(20), 0.5);
        Checkpoint.RefusesDamage(Checkpoint.Bytes(trigger.Write), SeasonalLossTrigger.Read);
        var builder = new SeasonalLossReferenceBuilder();
        Fill(builder, Monday, 3, 0.5);
        Checkpoint.RefusesDamage(Checkpoint.Bytes(builder.Write), SeasonalLossReferenceBuilder.Read);
        Checkpoint.RefusesDamage(Checkpoint.Bytes(builder.Build().Write), SeasonalLossReference.Read);
    }

    private static SeasonalLossReference Season(ulong seed, int days) =>
        SeasonalLossReference.FromRows(Rows(seed, 0, days, 0));

    /// <summary>Ten rows an hour whose loss swings with the hour of the day and drops at the weekend.</summary>
    private static IEnumerable<(DateTimeOffset Time, double Loss)> Rows(ulong seed, int firstDay, int days, double shift)
    {
        var random = new DeterministicRandom(seed);
        for (var hour = firstDay * 24; hour < (firstDay + days) * 24; hour++)
        {
            var level = 0.45 + 0.3 * Math.Sin(hour % 24 / 24.0 * Math.Tau) - (hour / 24 % 7 >= 5 ? 0.1 : 0);
            for (var i = 0; i < 10; i++)
                yield return (Monday.AddHours(hour).AddMinutes(i * 6), level + shift + (random.NextDouble() - 0.5) * 0.4);
        }
    }

    private static void Fill(SeasonalLossReferenceBuilder builder, DateTimeOffset time, int rows, double loss)
    {
        for (var i = 0; i < rows; i++)
            builder.Add(time, loss);
    }
}
