using System.Globalization;
using System.Text;
using Orleans.MLOps.Governance;

namespace Orleans.MLOps.Grains.Governance;

/// <summary>Where a listing goes on: the creation time and key of its last entry.</summary>
internal static class CatalogPageToken
{
    public static string Write(CatalogEntry last)
    {
        var microseconds = (last.CreatedAt - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{microseconds} {last.Key}")));
    }

    public static (long BeforeMicroseconds, string BeforeKey) Read(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return (long.MaxValue, "");
        }

        var buffer = new byte[token.Length];
        if (Convert.TryFromBase64String(token, buffer, out var length))
        {
            var text = Encoding.UTF8.GetString(buffer, 0, length);
            var space = text.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && long.TryParse(text.AsSpan(0, space), NumberStyles.Integer, CultureInfo.InvariantCulture, out var microseconds))
            {
                return (microseconds, text[(space + 1)..]);
            }
        }

        throw new InvalidInputException($"page token '{token}' is not one that a listing gave.", "page_token");
    }
}
