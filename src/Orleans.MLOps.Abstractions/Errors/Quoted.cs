namespace Orleans.MLOps;

/// <summary>How messages quote what was refused.</summary>
internal static class Quoted
{
    private const int Shown = 80;

    /// <summary>A text for an error message, cut with an ellipsis.</summary>
    public static string? Shorten(string? text, int longest = Shown) => text?.Length > longest ? $"{text[..longest]}..." : text;
}
