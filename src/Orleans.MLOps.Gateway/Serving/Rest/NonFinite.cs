using System.Buffers;
using System.Text.Json;

namespace Orleans.MLOps.Gateway.Serving.Rest;

/// <summary>
/// <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> stand in serving requests and answers as bare words, which strict JSON does not know. Before a
/// body is read they are put in quotes; numbers accept them so.
/// </summary>
internal static class NonFinite
{
    private static readonly SearchValues<byte> Marks = SearchValues.Create("\"NI-"u8);

    /// <summary>The body with bare words in quotes; the same bytes when it has none.</summary>
    public static ReadOnlyMemory<byte> Quote(ReadOnlyMemory<byte> json)
    {
        var text = json.Span;
        if (text.IndexOf("NaN"u8) < 0 && text.IndexOf("Infinity"u8) < 0)
        {
            return json;
        }

        var quoted = new ArrayBufferWriter<byte>(json.Length + 64);
        while (text.IndexOfAny(Marks) is var at and >= 0)
        {
            quoted.Write(text[..at]);
            text = text[at..];
            var word = text[0] == (byte)'"' ? TextLength(text) : -WordLength(text);
            if (word < 0)
            {
                quoted.Write("\""u8);
            }

            var length = word == 0 ? 1 : Math.Abs(word);
            quoted.Write(text[..length]);
            if (word < 0)
            {
                quoted.Write("\""u8);
            }

            text = text[length..];
        }

        quoted.Write(text);
        return quoted.WrittenMemory;
    }

    public static bool TryRead(ref Utf8JsonReader reader, out float value)
    {
        var isKnown = TryRead(ref reader, out double wide);
        value = (float)wide;
        return isKnown;
    }

    public static bool TryRead(ref Utf8JsonReader reader, out double value)
    {
        value = reader.TokenType != JsonTokenType.String ? 0
            : reader.ValueTextEquals("NaN"u8) ? double.NaN
            : reader.ValueTextEquals("Infinity"u8) ? double.PositiveInfinity
            : reader.ValueTextEquals("-Infinity"u8) ? double.NegativeInfinity
            : 0;
        return !double.IsFinite(value);
    }

    /// <summary>Writes a number, a bare word where it is none.</summary>
    public static void Write(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteRawValue(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8, skipInputValidation: true);
        }
    }

    /// <summary>The same for a number of 32 bits, in its shortest form.</summary>
    public static void Write(Utf8JsonWriter writer, float value)
    {
        if (float.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            Write(writer, (double)value);
        }
    }

    private static int TextLength(ReadOnlySpan<byte> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == (byte)'\\')
            {
                i++;
            }
            else if (text[i] == (byte)'"')
            {
                return i + 1;
            }
        }

        return text.Length;
    }

    private static int WordLength(ReadOnlySpan<byte> text) =>
        text.StartsWith("NaN"u8) ? 3 : text.StartsWith("Infinity"u8) ? 8 : text.StartsWith("-Infinity"u8) ? 9 : 0;
}
