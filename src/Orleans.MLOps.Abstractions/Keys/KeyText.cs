using System.Text;

namespace Orleans.MLOps;

/// <summary>The spelling of grain keys: segments joined by '/', with every byte outside [A-Za-z0-9._-] percent-escaped.</summary>
internal static class KeyText
{
    private const int MaximumNameLength = 200;

    public static string Escape(string name, string field, int longest = MaximumNameLength)
    {
        Check(name, field, longest);
        var text = new StringBuilder(name.Length);
        foreach (var unit in Encoding.UTF8.GetBytes(name))
        {
            var c = (char)unit;
            if (char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            {
                text.Append(c);
            }
            else
            {
                text.Append('%').Append(unit.ToString("X2"));
            }
        }

        return text.ToString();
    }

    public static string Unescape(string segment) => Uri.UnescapeDataString(segment);

    public static string[] Split(string key, string kind, int segments)
    {
        var parts = key.Split('/');
        if (parts.Length != segments || parts[0] != kind || parts.Any(part => part.Length == 0))
        {
            throw new InvalidInputException($"'{key}' is not a key of kind '{kind}' with {segments} segments.", "key");
        }

        return parts;
    }

    public static string Hex32(string id, string field)
    {
        if (id is null || id.Length != 32 || id.Any(c => !char.IsAsciiHexDigitLower(c)))
        {
            throw new InvalidInputException($"{field} '{id}' is not 32 lower-case hex digits.", field);
        }

        return id;
    }

    private static void Check(string name, string field, int longest)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > longest || name.Any(char.IsControl))
        {
            throw new InvalidInputException(
                $"{field} '{(name?.Length > longest ? $"{name[..longest]}..." : name)}' is not a name: 1 to {longest} characters without control characters are allowed.", field);
        }
    }
}
