using Superpower.Model;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Says where a filter or order is wrong, what stands there and what may.</summary>
/// <param name="Source">Which input it is.</param>
/// <param name="Text">The input.</param>
internal sealed record FilterErrors(string Source, string Text)
{
    private const int Shown = 40;
    private const string End = "end of input";

    public InvalidInputException At(Token<FilterToken> token, string allowed) => At(token.Position.Absolute, $"'{Quoted.Shorten(token.ToStringValue(), Shown)}'", allowed);

    public InvalidInputException At(int index, string given, string allowed) =>
        new($"{Source}, position {index + 1}: {given} is not allowed here; {allowed}.", Source);

    public InvalidInputException At(Position position, IEnumerable<string>? expectations)
    {
        var index = position.HasValue ? position.Absolute : Text.Length;
        var rest = Text[index..].TrimStart();
        var allowed = $"allowed: {string.Join(", ", (expectations ?? [End]).Select(Plain).Distinct(StringComparer.Ordinal))}";
        return rest switch
        {
            "" => At(Text.Length, "the end", allowed),
            ['(', ..] => At(index, "'('", $"{allowed}; conditions cannot be grouped"),
            _ when IsOr(rest) => At(index, "'OR'", $"{allowed}; conditions are joined by AND alone"),
            _ => At(index, $"'{Quoted.Shorten(rest, Shown)}'", allowed),
        };
    }

    private static bool IsOr(string text) =>
        text.StartsWith("or", StringComparison.OrdinalIgnoreCase) && (text.Length == 2 || !char.IsLetterOrDigit(text[2]));

    // The parser does not say what would go on after something complete.
    private string Plain(string expectation) => expectation != End ? expectation : Source == "filter" ? "AND, the end" : "the end";
}
