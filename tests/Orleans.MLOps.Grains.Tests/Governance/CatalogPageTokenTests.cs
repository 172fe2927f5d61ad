using CsCheck;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Tests.Serving;

namespace Orleans.MLOps.Grains.Tests.Governance;

public sealed class CatalogPageTokenTests
{
    [Fact]
    public void Read_OfWrite_IsTheEntrysPlace() => Gen.Select(Gen.String[Gen.Char[' ', 'ż'], 0, 40], Gen.Long[-1_000_000_000_000, 4_000_000_000_000_000]).Sample((key, microseconds) =>
    {
        var entry = new CatalogEntry
        {
            Key = key,
            Kind = "model",
            Project = "p",
            Name = "n",
            Json = "{}",
            CreatedAt = DateTimeOffset.UnixEpoch.AddTicks(microseconds * 10),
        };
        Assert.Equal((microseconds, key), CatalogPageToken.Read(CatalogPageToken.Write(entry)));
    });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Read_NoToken_IsTheStart(string? token) => Assert.Equal((long.MaxValue, ""), CatalogPageToken.Read(token));

    [Theory]
    [InlineData("?")]
    [InlineData("AAAA")]
    [InlineData("bm90aGluZw==")]
    [InlineData("eCB5")]
    public void Read_NoTokenOfOurs_IsRefused(string token) =>
        Assert.Equal("page_token", Assert.Throws<InvalidInputException>(() => CatalogPageToken.Read(token)).Field);

    [Fact]
    public void Write_SampleTime_IsStable() => Assert.Equal(
        CatalogPageToken.Write(new CatalogEntry { Key = "k", Kind = "a", Project = "p", Name = "n", Json = "{}", CreatedAt = ServingSamples.Now }),
        CatalogPageToken.Write(new CatalogEntry { Key = "k", Kind = "b", Project = "q", Name = "n", Json = "{}", CreatedAt = ServingSamples.Now }));
}
