using CsCheck;
using Orleans.MLOps.Grains.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

public sealed class PredictionIdTests
{
    private static readonly Gen<PredictionId> Ids =
        from hour in Gen.Int[0, 0xFFFFFF]
        from recorder in Gen.UInt
        from sequence in Gen.Long[0, (1L << 48) - 1]
        from row in Gen.Int[0, PredictionId.MaximumRows - 1]
        select new PredictionId(hour, recorder, sequence, row);

    [Fact]
    public void Parse_OfToString_IsTheSame() => Ids.Sample(id =>
    {
        var text = id.ToString();
        Assert.Equal(32, text.Length);
        Assert.Equal(id, PredictionId.Parse(text));
        Assert.Equal(id, PredictionId.Parse(text.ToUpperInvariant()));
    });

    [Fact]
    public void ToString_DifferentIds_AreDifferentTexts() => Gen.Select(Ids, Ids)
        .Sample((left, right) => Assert.Equal(left == right, left.ToString() == right.ToString()));

    [Fact]
    public void Create_AnyTime_StaysInItsBits() => Gen.Long.Sample(time =>
    {
        var id = PredictionId.Create(time, 1, 2, 3);
        Assert.Equal(id, PredictionId.Parse(id.ToString()));
    });

    [Fact]
    public void Create_AnHourLater_CountsOneHour()
    {
        var time = ServingSamples.Microseconds(ServingSamples.Now);
        Assert.Equal(1, PredictionId.Create(time + 3_600_000_000, 1, 2, 3).Hour - PredictionId.Create(time, 1, 2, 3).Hour);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0123456789abcdef0123456789abcdeg")]
    [InlineData("0123456789abcdef0123456789abcdef0")]
    [InlineData("0123456789abcdéf0123456789abcdef")]
    public void Parse_NoId_IsRefused(string? text)
    {
        Assert.False(PredictionId.TryParse(text, out _));
        Assert.Equal("prediction_ids", Assert.Throws<InvalidInputException>(() => PredictionId.Parse(text!)).Field);
    }
}
