using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>Types of tensors' elements by their names in the Open Inference Protocol, which say more to other programs than our numbers.</summary>
internal sealed class TensorTypeConverter : JsonConverter<TensorType>
{
    public override TensorType Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = reader.TokenType == JsonTokenType.String ? reader.GetString() : throw new JsonException($"A tensor's type is a {reader.TokenType}; a name is needed.");
        return TensorTypes.Find(name) is var type and not TensorType.None ? type : throw new JsonException($"A tensor's type is '{Quoted.Shorten(name)}', which is not known.");
    }

    public override void Write(Utf8JsonWriter writer, TensorType value, JsonSerializerOptions options) => writer.WriteStringValue(TensorTypes.Name(value));
}
