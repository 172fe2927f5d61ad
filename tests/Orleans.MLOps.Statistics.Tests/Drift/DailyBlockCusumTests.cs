using CsCheck;
using Orleans.MLOps.Statistics.Drift;

namespace Orleans.MLOps.Statistics.Tests.Drift;

public class DailyBlockCusumTests
{
    [Fact]
    public void Update_WorkedExample_GivesThePublishedSums()
    {
        // Montgomery, Introduction to Statistical Quality Control, table 9.1: mean 10, deviation 1, k = 0.5, h = 5.
        double[] values = [9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34];
        double[] upper = [0, 0, 0, 1.16, 2.82, 2.50, 0.04, 1.00, 0, 0];
        double[] lower = [0.05, 1.56, 1.77, 0, 0, 0, 1.46, 0, 0.30, 0];
        var cusum = new DailyBlockCusum(10, 1, CusumSide.Both, threshold: 5);
        for (var i = 0; i < values.Length; i++)
        {
            Assert.False(cusum.Update(values[i]));
            Assert.Equal(upper[i], cusum.Upper, 1e-9);
            Assert.Equal(lower[i], cusum.Lower, 1e-9);
        }
    }

    [Fact]
    public void Update_ShiftOfTwoDeviations_FiresAndStartsAnew()
    {
        var cusum = new DailyBlockCusum(0.4, 0.01);
        Assert.Equal([false, false, true, false], Enumerable.Range(0, 4).Select(_ => cusum.Update(0.42)));
        Assert.Equal(1.5, cusum.Statistic, 1e-9);
        Assert.Equal(1, cusum.DetectionCount);
    }

    [Theory]
    [InlineData(CusumSide.Upper, 1, true)]
    [InlineData(CusumSide.Upper, -1, false)]
    [InlineData(CusumSide.Lower, 1, false)]
    [InlineData(CusumSide.Lower, -1, true)]
    [InlineData(CusumSide.Both, 1, true)]
    [InlineData(CusumSide.Both, -1, true)]
    public void Update_ShiftToOneSide_FiresOnlyWhereWatched(CusumSide side, int sign, bool fires)
    {
        var cusum = new DailyBlockCusum(0, 1, side);
        Assert.Equal(fires, Enumerable.Range(0, 20).Any(_ => cusum.Update(2 * sign)));
    }

    [Fact]
    public void Update_NonFiniteValue_IsSkipped()
    {
        var cusum = new DailyBlockCusum(0, 1);
        cusum.Update(2);
        Assert.False(cusum.Update(double.NaN));
        Assert.Equal((1.5, 1, 1), (cusum.Statistic, cusum.SkippedCount, cusum.BlockCount));
    }

    [Fact]
    public void Read_AtAnyMoment_GoesOnAsIfNeverInterrupted() =>
        Gen.Select(Gen.Double[-3, 3].Array[1, 60], Gen.Int[0, 59]).Sample((values, stop) =>
        {
            var cusum = new DailyBlockCusum(0, 1, CusumSide.Both);
            foreach (var value in values.Take(stop))
                cusum.Update(value);
            var copy = Checkpoint.Copy(cusum.Write, DailyBlockCusum.Read);
            foreach (var value in values.Skip(stop))
                Assert.Equal(cusum.Update(value), copy.Update(value));
            Assert.Equal(cusum.Statistic, copy.Statistic);
        });

    [Fact]
    public void Read_DamagedState_IsRefused() => Checkpoint.RefusesDamage(Checkpoint.Bytes(new DailyBlockCusum(1, 2).Write), DailyBlockCusum.Read);

    [Fact]
    public void Constructor_ZeroDeviation_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new DailyBlockCusum(0, 0));
}
