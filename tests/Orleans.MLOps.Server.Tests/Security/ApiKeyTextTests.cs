using Orleans.MLOps.Server.Security;

namespace Orleans.MLOps.Server.Tests.Security;

public sealed class ApiKeyTextTests
{
    [Fact]
    public void Create_Always_Carries256RandomBits()
    {
        var keys = Enumerable.Range(0, 100).Select(_ => ApiKeyText.Create()).ToHashSet();

        Assert.Equal(100, keys.Count);
        Assert.All(keys, key => Assert.Matches("^mlops_[A-Za-z0-9_-]{43}$", key));
    }

    [Fact]
    public void HashText_KnownText_IsItsSha256() =>
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", ApiKeyText.HashText("abc"));

    [Theory]
    [InlineData("ci", true)]
    [InlineData("a.b_c-9", true)]
    [InlineData("", false)]
    [InlineData("with space", false)]
    [InlineData("--operator", false)]
    [InlineData("ünal", false)]
    [InlineData("mlops_abc", false)]
    [InlineData("MLOPS_abc", false)]
    public void IsName_Text_IsJudged(string text, bool good) => Assert.Equal(good, ApiKeyText.IsName(text));

    [Fact]
    public void IsName_LongText_EndsAt64() => Assert.Equal((true, false), (ApiKeyText.IsName(new('a', 64)), ApiKeyText.IsName(new('a', 65))));
}
