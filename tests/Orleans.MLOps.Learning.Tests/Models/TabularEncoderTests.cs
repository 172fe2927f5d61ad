using Orleans.MLOps.Learning.Models;

namespace Orleans.MLOps.Learning.Tests.Models;

public sealed class TabularEncoderTests
{
    private static readonly TabularEncoder Encoder = new(SyntheticRows.Spec());

    [Fact]
    public void EncodeColumns_MissingAndUnknownValues_BecomeMeanAndZero()
    {
        var rows = Encoder.EncodeColumns(
            [[1.5, double.NaN], [3, 4], [5, 6]],
            [["red", "mauve"], ["right", null]]);
        Assert.Equal(2, rows.Rows);
        Assert.Equal([1.5f, 3f, 5f, 500f, 4f, 6f], rows.Numeric);
        Assert.Equal([1, 2, 0, 0], rows.Categories);
        Assert.Equal([1L, 2L, 0L, 0L], rows.CategoriesAsInt64());
    }

    [Fact]
    public void EncodeRow_SameValuesAsColumns_GivesTheSameRow()
    {
        var numeric = new float[3];
        var categories = new long[2];
        Encoder.EncodeRow([double.NaN, 4, 6], ["black", "left"], numeric, categories);
        Assert.Equal([500f, 4f, 6f], numeric);
        Assert.Equal([5L, 1L], categories);
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e300)]
    public void EncodeColumns_InfiniteValue_IsRefusedNamingColumnRowAndValue(double value)
    {
        var error = Assert.Throws<ArgumentException>(() => Encoder.EncodeColumns([[1, 1], [2, value], [3, 3]], [["red", "red"], ["left", "left"]]));
        Assert.Contains("Row 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("'hour'", error.Message, StringComparison.Ordinal);
        Assert.Contains(value.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EncodeColumns_RaggedOrMissingColumns_AreRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => Encoder.EncodeColumns([[1, 1], [2], [3, 3]], [["red", "red"], ["left", "left"]]));
        Assert.Contains("'hour'", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Encoder.EncodeColumns([[1], [2]], [["red"], ["left"]]));
        Assert.Throws<ArgumentException>(() => Encoder.EncodeRow([1, 2, 3], ["red"], new float[3], new long[2]));
    }
}
