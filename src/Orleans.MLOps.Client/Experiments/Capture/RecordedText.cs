using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Orleans.MLOps.Client.Experiments.Capture;

/// <summary>Makes texts of a program's own such that the platform stores them.</summary>
internal static class RecordedText
{
    public const int LongestKey = 250;
    public const int LongestParam = 65_536;

    private const string Cut = "...";
    private const char Replacement = '\uFFFD';

    /// <summary>At most so many characters of well-formed text without NUL; three dots stand for what is left out.</summary>
    public static string Of(string text, int longest) => Clean(text.Length <= longest ? text : $"{First(text, longest - Cut.Length)}{Cut}");

    /// <summary>A key of at most 250 characters without control characters; one that was changed ends in a digest of itself, so that keys stay apart.</summary>
    public static string Key(string key)
    {
        var clean = string.Concat(Clean(key).Select(c => char.IsControl(c) ? Replacement : c));
        if (clean == key && key.Length <= LongestKey && !string.IsNullOrWhiteSpace(key))
        {
            return key;
        }

        var digest = $"~{Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(key.AsSpan())).AsSpan(0, 8))}";
        return $"{First(clean, LongestKey - digest.Length)}{digest}";
    }

    /// <summary>At most so many characters from the beginning; a surrogate pair is not cut in two.</summary>
    public static string First(string text, int longest) =>
        text.Length <= longest ? text : text[..(longest > 0 && char.IsSurrogatePair(text[longest - 1], text[longest]) ? longest - 1 : longest)];

    // What has no UTF-8 form, a lone surrogate, becomes the replacement character.
    private static string Clean(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', Replacement);
}
