using CsCheck;
using Orleans.MLOps.Client.Errors;

namespace Orleans.MLOps.Client.Tests.Errors;

public sealed class ErrorTrailersTests
{
    [Fact]
    public void Escape_AnyText_IsAsciiAndComesBack() => Gen.String[Gen.Char['\u0001', '\ud7ff'], 0, 40].Sample(text =>
    {
        var escaped = ErrorTrailers.Escape(text);
        return escaped.All(c => c is >= ' ' and <= '~') && ErrorTrailers.Unescape(escaped) == text;
    });

    [Fact]
    public void Escape_FieldPath_StaysReadable() => Assert.Equal("columns[1].type", ErrorTrailers.Escape("columns[1].type"));
}
