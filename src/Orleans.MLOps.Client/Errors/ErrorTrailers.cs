using System.Globalization;
using System.Text;

namespace Orleans.MLOps.Client.Errors;

/// <summary>The trailers in which an error's kind and field travel beside the gRPC status.</summary>
internal static class ErrorTrailers
{
    /// <summary>Name of the <see cref="ErrorCode"/>.</summary>
    public const string Code = "mlops-error-code";

    /// <summary>The field, percent-escaped outside printable ASCII because trailers carry nothing else.</summary>
    public const string Field = "mlops-error-field";

    /// <summary>The field as a trailer value.</summary>
    public static string Escape(string field)
    {
        var text = new StringBuilder(field.Length);
        foreach (var unit in Encoding.UTF8.GetBytes(field))
        {
            if (unit is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                text.Append((char)unit);
            }
            else
            {
                text.Append('%').Append(unit.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return text.ToString();
    }

    /// <summary>The field of a trailer value.</summary>
    public static string Unescape(string value) => Uri.UnescapeDataString(value);
}
