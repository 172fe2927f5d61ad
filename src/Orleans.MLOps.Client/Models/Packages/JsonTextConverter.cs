using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>JSON that a record holds as text and that stands as a value in the record's own JSON; read back, it has no white space.</summary>
internal sealed class JsonTextConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? JsonSerializer.Serialize(document.RootElement)
            : throw new JsonException($"It is a {document.RootElement.ValueKind}; an object is needed.");
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        using var document = JsonDocument.Parse(value);
        document.RootElement.WriteTo(writer);
    }
}
