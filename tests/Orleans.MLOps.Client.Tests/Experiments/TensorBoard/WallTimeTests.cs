using CsCheck;
using Orleans.MLOps.Client.Experiments.TensorBoard;

namespace Orleans.MLOps.Client.Tests.Experiments.TensorBoard;

public sealed class WallTimeTests
{
    private static readonly long CenturyMicroseconds = (long)TimeSpan.FromDays(36_525).TotalMicroseconds;

    [Fact]
    public void ToInstant_AnyMicrosecondOfACentury_ComesBack() => Gen.Long[0, CenturyMicroseconds].Sample(microseconds =>
    {
        var instant = DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds);
        return WallTime.ToInstant(WallTime.Of(instant)) == instant;
    });

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e300)]
    [InlineData(253_402_300_800.0)]
    [InlineData(-62_135_596_800.1)]
    public void ToInstant_NoInstant_IsNull(double seconds) => Assert.Null(WallTime.ToInstant(seconds));

    [Theory]
    [InlineData(-62_135_596_800.0)]
    [InlineData(-0.25)]
    [InlineData(0)]
    [InlineData(253_402_300_799.99997)]
    public void ToInstant_AtTheEnds_IsTheInstant(double seconds) => Assert.Equal(seconds, WallTime.Of(WallTime.ToInstant(seconds)!.Value), 1e-4);
}
