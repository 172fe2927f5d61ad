using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Orleans.MLOps.Features;

namespace Orleans.MLOps.Grains.Features;

/// <summary>SHA-256 over a definition as canonical JSON: fixed field order, no white space, lengths in microseconds.</summary>
internal static class ViewDigest
{
    public static string Of(FeatureViewDefinition definition)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Texts(json, "categorical", definition.Categorical);
            json.WriteString("event_time", definition.EventTime);
            json.WriteString("label", definition.Label);
            json.WriteString("label_available_at", definition.LabelAvailableAt);
            Texts(json, "numeric", definition.Numeric);
            json.WriteString("row_id", definition.RowId);
            json.WriteString("sql", definition.Sql);
            json.WriteStartArray("windows");
            foreach (var window in definition.Windows)
            {
                json.WriteStartObject();
                json.WriteString("aggregate", window.Aggregate.ToString());
                json.WriteString("column", window.Column);
                json.WriteString("key", window.Key);
                json.WriteNumber("length_us", window.Length.Ticks / TimeSpan.TicksPerMicrosecond);
                json.WriteString("name", window.Name);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    private static void Texts(Utf8JsonWriter json, string name, string[] texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
