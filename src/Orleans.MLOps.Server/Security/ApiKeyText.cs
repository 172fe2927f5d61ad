using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Orleans.MLOps.Server.Security;

/// <summary>
/// The text of a key and its hash. A key has 256 random bits, so guessing it from a plain SHA-256 is hopeless, and a slow
/// hash with salt would only cost every call its time.
/// </summary>
internal static class ApiKeyText
{
    public const string Prefix = "mlops_";

    private const int RandomBytes = 32;
    private const int LongestName = 64;

    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    public static string HashText(string key) => Convert.ToHexStringLower(Hash(key));

    public static bool IsHash(string text) => text.Length == 2 * SHA256.HashSizeInBytes && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether text may name a key. What looks like a key is no name: names are shown, keys never.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= LongestName && char.IsAsciiLetterOrDigit(text[0]) && !LooksLikeKey(text) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');

    /// <summary>Whether text has exactly the form of a key. An endpoint's name may well begin like one.</summary>
    public static bool IsKey(string? text) => text is not null && LooksLikeKey(text) && text.Length == Prefix.Length + Base64Url.GetEncodedLength(RandomBytes);

    public static bool LooksLikeKey(string text) => text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
}
