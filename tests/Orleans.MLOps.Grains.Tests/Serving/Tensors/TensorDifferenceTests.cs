using Orleans.MLOps.Grains.Serving.Tensors;

namespace Orleans.MLOps.Grains.Tests.Serving.Tensors;

public sealed class TensorDifferenceTests
{
    [Theory]
    [InlineData(1.0, 1.0, false)]
    [InlineData(1.0, 1.05, false)]
    [InlineData(1.0, 1.5, true)]
    [InlineData(double.NaN, double.NaN, false)]
    [InlineData(double.NaN, 1.0, true)]
    [InlineData(1.0, double.NaN, true)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, false)]
    [InlineData(double.PositiveInfinity, 1e300, true)]
    [InlineData(double.PositiveInfinity, double.NegativeInfinity, true)]
    [InlineData(1.0, double.PositiveInfinity, true)]
    public void Of_Numbers_DifferBeyondTheTolerance(double expected, double actual, bool differs) =>
        Assert.Equal(differs, TensorDifference.Of([TensorSamples.Doubles("y", expected)], [TensorSamples.Doubles("y", actual)], 0.1).Differs);
}
