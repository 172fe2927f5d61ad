using System.Globalization;
using Superpower;
using Superpower.Model;
using Superpower.Parsers;
using Superpower.Tokenizers;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Cuts a filter into words. A name is one word with its key: <c>metrics.loss</c>, <c>tags.mlflow.source.name</c>, <c>params.`a b`</c>.</summary>
internal static class FilterTokenizer
{
    private static readonly TextParser<TextSpan> Word = Span.MatchedBy(
        Character.Matching(c => char.IsLetter(c) || c == '_', "a letter")
            .IgnoreThen(Character.Matching(IsWordPart, "a letter or digit").IgnoreMany()));

    // A key that begins with a letter or digit may hold what MLflow allows in keys, except spaces.
    private static readonly TextParser<TextSpan> BareKey = Span.MatchedBy(
        Character.Matching(IsWordPart, "a key").IgnoreThen(Character.Matching(c => IsWordPart(c) || c is '-' or '/' or ':' or '.', "a letter or digit").IgnoreMany()));

    private static readonly TextParser<string> Key = Quoted('`').Or(Quoted('"')).Or(BareKey.Select(span => span.ToStringValue())).Named("a key");

    private static readonly TextParser<(string Head, string? Key)> Path =
        from head in Word
        from key in Character.EqualTo('.').IgnoreThen(Key).Select(key => (string?)key).OptionalOrDefault()
        select (head.ToStringValue(), key);

    private static readonly TextParser<TextSpan> Number = Span.Regex(@"[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|nan|inf(inity)?)", System.Text.RegularExpressions.RegexOptions.IgnoreCase | System.Text.RegularExpressions.RegexOptions.CultureInvariant);

    public static Tokenizer<FilterToken> Instance { get; } = new TokenizerBuilder<FilterToken>()
        .Ignore(Span.WhiteSpace)
        .Match(Number, FilterToken.Number, requireDelimiters: true)
        .Match(Path, FilterToken.Name)
        .Match(Quoted('\''), FilterToken.Text)
        .Match(Quoted('"'), FilterToken.DoubleQuoted)
        .Match(Quoted('`'), FilterToken.BackQuoted)
        .Match(Span.Regex("(<>|!=|<=|>=|==|[=<>])"), FilterToken.Comparison)
        .Match(Character.EqualTo('('), FilterToken.Open)
        .Match(Character.EqualTo(')'), FilterToken.Close)
        .Match(Character.EqualTo(','), FilterToken.Comma)
        .Build();

    /// <summary>The parts of a name; the key without its quotes.</summary>
    public static (string Head, string? Key) ReadName(Token<FilterToken> token) => Path.Parse(token.ToStringValue());

    /// <summary>A quoted text without its quotes.</summary>
    public static string ReadText(Token<FilterToken> token)
    {
        var text = token.ToStringValue();
        var quote = text[..1];
        return text[1..^1].Replace(quote + quote, quote, StringComparison.Ordinal);
    }

    public static double ReadNumber(Token<FilterToken> token)
    {
        var text = token.ToStringValue();
        var unsigned = text.TrimStart('+', '-');
        var value = unsigned.StartsWith("inf", StringComparison.OrdinalIgnoreCase)
            ? double.PositiveInfinity
            : double.Parse(unsigned, NumberStyles.Float, CultureInfo.InvariantCulture);
        return text[0] == '-' ? -value : value;
    }

    private static TextParser<string> Quoted(char quote) =>
        from open in Character.EqualTo(quote)
        from text in Character.Except(quote).Or(Character.EqualTo(quote).IgnoreThen(Character.EqualTo(quote)).Try()).Many()
        from close in Character.EqualTo(quote).Named($"a closing {quote}")
        select new string(text);

    private static bool IsWordPart(char c) => char.IsLetterOrDigit(c) || c == '_';
}
