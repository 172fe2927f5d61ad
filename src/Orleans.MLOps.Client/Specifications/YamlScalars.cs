using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Orleans.MLOps.Client.Specifications;

/// <summary>Reads single values of YAML as those of message fields.</summary>
internal static partial class YamlScalars
{
    /// <summary>The value; null when the text is none of the field's.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isPlain">Whether it stands without quotes; only texts may have them.</param>
    /// <param name="field">The field.</param>
    public static object? Read(string text, bool isPlain, FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => text,
        FieldType.Bytes => ReadBytes(text),
        _ when !isPlain => null,
        FieldType.Bool => text switch { "true" => true, "false" => false, _ => null },
        FieldType.Int32 => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null,
        FieldType.Int64 => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null,
        FieldType.Double => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
        FieldType.Enum => ReadEnum(text, field.EnumType),
        FieldType.Message when field.MessageType == Duration.Descriptor => ReadDuration(text),
        FieldType.Message when field.MessageType == Timestamp.Descriptor =>
            DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value) ? Timestamp.FromDateTimeOffset(value) : null,
        _ => null,
    };

    /// <summary>What a field takes, for a message.</summary>
    public static string Describe(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => "a text",
        FieldType.Bytes => "bytes as base64",
        FieldType.Bool => "true or false, without quotes",
        FieldType.Int32 or FieldType.Int64 => "a whole number, without quotes",
        FieldType.Double => "a number, without quotes",
        FieldType.Enum => $"one of {string.Join(", ", field.EnumType.Values.Select(value => ShortName(value)))}",
        FieldType.Message when field.MessageType == Duration.Descriptor => "a time such as 300ms, 90s, 5m, 2h or 1d",
        FieldType.Message when field.MessageType == Timestamp.Descriptor => "a moment such as 2026-01-31T12:00:00Z",
        _ => "something that YAML cannot give",
    };

    private static ByteString? ReadBytes(string text)
    {
        try
        {
            return ByteString.FromBase64(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static object? ReadEnum(string text, EnumDescriptor type) =>
        type.Values.FirstOrDefault(value => ShortName(value) == text) is { } found ? System.Enum.ToObject(type.ClrType, found.Number) : null;

    /// <summary>A value's name without that of its type, in lower case: LOG_POLICY_DURABLE is durable.</summary>
    private static string ShortName(EnumValueDescriptor value)
    {
        var prefix = SecondWord.Replace(value.EnumDescriptor.Name, "_$0").ToUpperInvariant() + "_";
        return (value.Name.StartsWith(prefix, StringComparison.Ordinal) ? value.Name[prefix.Length..] : value.Name).ToLowerInvariant();
    }

    private static Duration? ReadDuration(string text)
    {
        if (DurationPattern.Match(text) is not { Success: true } match)
        {
            return null;
        }

        var unit = match.Groups[2].Value switch { "ms" => 1e-3, "s" => 1, "m" => 60, "h" => 3_600, _ => 86_400.0 };
        var seconds = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * unit;
        return seconds <= TimeSpan.MaxValue.TotalSeconds / 2 ? Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds)) : null;
    }

    [GeneratedRegex(@"^(\d{1,12}(?:\.\d{1,9})?)(ms|s|m|h|d)$", RegexOptions.CultureInvariant)]
    private static partial Regex DurationPattern { get; }

    [GeneratedRegex("(?<=[a-z0-9])[A-Z]", RegexOptions.CultureInvariant)]
    private static partial Regex SecondWord { get; }
}
