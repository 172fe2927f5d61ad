using System.Buffers;
using System.Collections;
using System.Text.Json;
using GraphQL.Types;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow.GraphQl;

/// <summary>What a field was asked with, as the body that its REST route reads.</summary>
internal static class GraphQlInputs
{
    private const string MaxResults = "max_results";

    public static InputObjectGraphType With<TScalar>(this InputObjectGraphType type, params string[] names)
        where TScalar : GraphType
    {
        foreach (var name in names)
        {
            type.AddField(new FieldType { Name = name, Type = typeof(TScalar) });
        }

        return type;
    }

    /// <param name="input">The argument; null is one without fields.</param>
    /// <param name="most">The largest page that the door answers in one piece; more are left to the next page.</param>
    public static JsonElement Body(IDictionary<string, object?>? input, int most)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in input ?? new Dictionary<string, object?>())
            {
                var field = JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
                writer.WritePropertyName(field);
                Write(writer, field == MaxResults && value is int or long ? Math.Min(Convert.ToInt64(value, null), most) : value);
            }

            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case IEnumerable items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
