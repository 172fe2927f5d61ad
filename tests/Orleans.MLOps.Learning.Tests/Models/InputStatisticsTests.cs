using Orleans.MLOps.Learning.Models;

namespace Orleans.MLOps.Learning.Tests.Models;

public sealed class InputStatisticsTests
{
    [Fact]
    public void Describe_NumbersWithMissingOnes_GivesMeanAndPopulationDeviation()
    {
        var input = InputStatistics.Describe("x", [2, 4, double.NaN, 4, 4, 5, 5, 7, 9]);
        Assert.Equal(new NumericInput { Name = "x", Mean = 5f, Scale = 2f }, input);
    }

    [Theory]
    [InlineData(3.0, 3f)]
    [InlineData(double.NaN, 0f)]
    public void Describe_ConstantOrEmptyNumbers_GetsTheScaleOne(double value, float mean) =>
        Assert.Equal(new NumericInput { Name = "x", Mean = mean, Scale = 1f }, InputStatistics.Describe("x", [value, value]));

    [Fact]
    public void Describe_InfiniteNumber_IsRefusedNamingRowAndColumn()
    {
        var error = Assert.Throws<ArgumentException>(() => InputStatistics.Describe("delay", [1, double.PositiveInfinity]));
        Assert.Contains("Row 1 of column 'delay'", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => InputStatistics.Describe("delay", [1e300, 1e300]));
    }

    [Fact]
    public void Describe_Categories_KeepsTheFrequentOnesInOrdinalOrder()
    {
        string?[] column = ["c", "a", "b", null, "a", "c", "d", "B", "B"];
        Assert.Equal(["B", "a", "c"], InputStatistics.Describe("x", column, minimumCount: 2).Vocabulary);
        Assert.Equal(["B", "a"], InputStatistics.Describe("x", column, maximumSize: 2).Vocabulary);
        Assert.Equal(3, InputStatistics.Describe("x", column).EmbeddingSize);
        Assert.Equal(7, InputStatistics.Describe("x", column, embeddingSize: 7).EmbeddingSize);
        Assert.Empty(InputStatistics.Describe("x", [null, (string?)null]).Vocabulary);
    }
}
