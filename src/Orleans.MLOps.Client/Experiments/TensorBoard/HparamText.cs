using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>Params are texts; TensorBoard sorts and plots by the number or truth value that such a text spells.</summary>
internal static class HparamText
{
    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static Value ToValue(string text)
    {
        if (double.TryParse(text, Number, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return Value.ForNumber(number);
        }

        return text.ToUpperInvariant() switch
        {
            "TRUE" => Value.ForBool(true),
            "FALSE" => Value.ForBool(false),
            _ => Value.ForString(text),
        };
    }

    /// <summary>The value as a text, or null for a list, a structure or nothing.</summary>
    public static string? ToText(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.NumberValue => value.NumberValue.ToString(CultureInfo.InvariantCulture),
        Value.KindOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        Value.KindOneofCase.StringValue => value.StringValue,
        _ => null,
    };

    /// <summary>The text as it was logged, if it spells this value; otherwise the value's own.</summary>
    public static string? ToText(Value value, string? exact) => exact is not null && ToValue(exact).Equals(value) ? exact : ToText(value);
}
