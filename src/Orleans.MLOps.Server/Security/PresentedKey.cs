using System.Text;
using Microsoft.Extensions.Primitives;

namespace Orleans.MLOps.Server.Security;

/// <summary>Finds the key that a request carries.</summary>
internal static class PresentedKey
{
    public const string Header = "x-api-key";

    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    /// <summary>The key, or null when none was sent. What cannot be read is an empty key, which nobody holds.</summary>
    public static string? Of(IHeaderDictionary headers, bool acceptBasic)
    {
        var authorization = Single(headers.Authorization);
        return authorization is null ? Single(headers[Header])
            : authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim()
            : acceptBasic && authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) ? Password(authorization[Basic.Length..].Trim())
            : Single(headers[Header]);
    }

    private static string? Single(StringValues values) => values.Count switch
    {
        0 => null,
        1 => values[0],
        _ => "",
    };

    private static string Password(string encoded)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
        {
            return "";
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        return pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }
}
