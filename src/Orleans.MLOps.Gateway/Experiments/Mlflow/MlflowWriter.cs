using System.Text.Json;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>The parts that many of MLflow's messages have in common. Absent values are left out.</summary>
internal static class MlflowWriter
{
    public static void Text(this Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    public static void Time(this Utf8JsonWriter writer, string name, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            writer.WriteNumber(name, time.ToUnixTimeMilliseconds());
        }
    }

    /// <summary>A number, or the text that stands for what JSON has no number for.</summary>
    public static void Number(this Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteString(name, double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        }
    }

    /// <summary>Objects of key and value; nothing when there are none.</summary>
    public static void Pairs(this Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, string> pairs) => writer.Items(name, pairs, (item, pair) =>
    {
        item.WriteString("key", pair.Key);
        item.WriteString("value", pair.Value);
    });

    /// <summary>A list of objects; nothing when it is empty.</summary>
    public static void Items<T>(this Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> members)
    {
        var begun = false;
        foreach (var item in items)
        {
            if (!begun)
            {
                writer.WriteStartArray(name);
                begun = true;
            }

            writer.WriteStartObject();
            members(writer, item);
            writer.WriteEndObject();
        }

        if (begun)
        {
            writer.WriteEndArray();
        }
    }

    public static void Object(this Utf8JsonWriter writer, string name, Action<Utf8JsonWriter> members)
    {
        writer.WriteStartObject(name);
        members(writer);
        writer.WriteEndObject();
    }

    public static void Point(Utf8JsonWriter writer, MetricPoint point)
    {
        writer.WriteString("key", point.Key);
        writer.Number("value", point.Value);
        writer.Time("timestamp", point.Timestamp);
        writer.WriteNumber("step", point.Step);
        writer.Text("model_id", point.ModelId);
        writer.Text("dataset_name", point.DatasetName);
        writer.Text("dataset_digest", point.DatasetDigest);
    }

    public static string Stage(Lifecycle lifecycle) => lifecycle == Lifecycle.Active ? "active" : "deleted";
}
