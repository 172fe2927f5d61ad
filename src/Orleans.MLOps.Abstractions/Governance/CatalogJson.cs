using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orleans.MLOps.Governance;

/// <summary>The JSON of <see cref="CatalogEntry.Json"/>: camelCase, enums by name, NaN and infinities as named literals.</summary>
public static class CatalogJson
{
    /// <summary>The options that writers and readers share.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Writes a record.</summary>
    public static string Write<T>(T record) => JsonSerializer.Serialize(record, Options);

    /// <summary>Reads a record.</summary>
    /// <exception cref="DataLossException">The text is not such a record.</exception>
    public static T Read<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options)
                ?? throw new DataLossException($"A catalog entry of type {typeof(T).Name} is null.");
        }
        catch (JsonException error)
        {
            throw new DataLossException($"A catalog entry is not a {typeof(T).Name}: {error.Message}", inner: error);
        }
    }
}
