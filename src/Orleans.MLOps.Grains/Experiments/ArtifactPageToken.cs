using System.Buffers.Text;
using System.Text;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Where a page of files ended as a text: the first path that may stand on the next page.</summary>
internal static class ArtifactPageToken
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Behind a file. Nothing that a path may hold sorts before a space.</summary>
    public static string AfterFile(string path) => $"{path} ";

    /// <summary>Behind a folder and all that it holds: '0' follows '/' in every byte order.</summary>
    public static string AfterFolder(string path) => $"{path}0";

    public static string Write(string from) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(from));

    /// <summary>The first path of a page; that of the folder without a token.</summary>
    /// <exception cref="InvalidInputException">The text is no token of a listing of this folder.</exception>
    public static string Read(string? token, string prefix)
    {
        if (string.IsNullOrEmpty(token))
        {
            return prefix;
        }

        try
        {
            var from = Strict.GetString(Base64Url.DecodeFromChars(token));
            if (from.StartsWith(prefix, StringComparison.Ordinal) && StorableText.Is(from))
            {
                return from;
            }
        }
        catch (Exception error) when (error is FormatException or DecoderFallbackException)
        {
        }

        throw new InvalidInputException(
            $"page_token '{Quoted.Shorten(token)}' does not continue this listing; use the token of its last page with the same folder.", "page_token");
    }
}
