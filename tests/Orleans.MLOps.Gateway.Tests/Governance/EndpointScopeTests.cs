using System.Security.Claims;
using CsCheck;
using Orleans.MLOps.Gateway.Governance;

namespace Orleans.MLOps.Gateway.Tests.Governance;

public sealed class EndpointScopeTests
{
    private static readonly Gen<string> Names = Gen.String[Gen.Char["abAB/%*.2F \u00E4"], 1, 4].Where(name => name.Trim() == name && !name.All(char.IsWhiteSpace) && name.Length > 0);

    [Theory]
    [InlineData("mine", "endpoint/default/mine")]
    [InlineData("default/mine", "endpoint/default/mine")]
    [InlineData("team/mine", "endpoint/team/mine")]
    [InlineData("a%2Fb", "endpoint/default/a%2Fb")]
    [InlineData("a%2fb/%2A", "endpoint/a%2Fb/%2A")]
    [InlineData("my model", "endpoint/default/my%20model")]
    [InlineData("*", "*")]
    public void TryRead_Pattern_IsTheKeyOfItsEndpoint(string pattern, string expected)
    {
        Assert.True(EndpointScope.TryRead(pattern, out var claim));
        Assert.Equal(expected, claim);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a/")]
    [InlineData("/a")]
    [InlineData("a/b/c")]
    [InlineData("a*")]
    [InlineData("team/*")]
    [InlineData("*/mine")]
    [InlineData("**")]
    [InlineData(" mine")]
    [InlineData("team /mine")]
    [InlineData("%00")]
    [InlineData("%20")]
    public void TryRead_OtherText_IsNone(string? pattern) => Assert.Equal((false, ""), (EndpointScope.TryRead(pattern, out var claim), claim));

    [Fact]
    public void Allows_AnyNames_IsTrueForTheSamePairOnly() => Gen.Select(Names, Names, Names, Names).Sample((project, name, otherProject, otherName) =>
    {
        var scope = Scope($"{Uri.EscapeDataString(project).Replace("*", "%2A", StringComparison.Ordinal)}/{Uri.EscapeDataString(name).Replace("*", "%2A", StringComparison.Ordinal)}");

        Assert.True(scope.IsLimited);
        Assert.True(scope.Allows(project, name));
        Assert.Equal(project == otherProject && name == otherName, scope.Allows(otherProject, otherName));
    });

    [Fact]
    public void Of_PrincipalWithoutClaims_IsNotLimitedAndCostsNoScopeOfItsOwn()
    {
        var first = EndpointScope.Of(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "a")], "k")));

        Assert.Same(first, EndpointScope.Of(new ClaimsPrincipal()));
        Assert.Equal((false, true), (first.IsLimited, first.Allows("any", "thing")));
    }

    [Fact]
    public void ToString_ManyEndpoints_NamesTheFirst()
    {
        var text = Scope([.. Enumerable.Range(0, 10).Select(i => $"e{i}")]).ToString();

        Assert.Contains("'default/e7' and 2 more for", text, StringComparison.Ordinal);
        Assert.DoesNotContain("e8", text, StringComparison.Ordinal);
    }

    private static EndpointScope Scope(params string[] patterns) => EndpointScope.Of(new ClaimsPrincipal(new ClaimsIdentity(
        [new Claim(ClaimTypes.Name, "k"), .. patterns.Select(pattern => new Claim(EndpointScope.ClaimType, EndpointScope.TryRead(pattern, out var claim) ? claim : throw new ArgumentException(pattern)))], "k")));
}
