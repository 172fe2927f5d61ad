using System.Globalization;
using System.Text.Json;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.TensorFlow;

/// <summary>Status and metadata of models in TensorFlow Serving's shapes, where numbers of 64 bits are texts.</summary>
internal static class ModelFacts
{
    /// <summary>Versions that answer are available; others have come to their end, those that could not be loaded with their error.</summary>
    public static void WriteStatus(Utf8JsonWriter writer, IEnumerable<IndexedModel> versions)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("model_version_status"u8);
        foreach (var version in versions)
        {
            var failed = !version.IsReady && version.Reason != IndexedModel.Unloaded;
            writer.WriteStartObject();
            writer.WriteString("version"u8, version.Version);
            writer.WriteString("state"u8, version.IsReady ? "AVAILABLE"u8 : "END"u8);
            writer.WriteStartObject("status"u8);
            writer.WriteString("error_code"u8, failed ? "UNAVAILABLE"u8 : "OK"u8);
            writer.WriteString("error_message"u8, failed ? version.Reason : "");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void WriteMetadata(Utf8JsonWriter writer, ServedEndpoint endpoint)
    {
        var version = endpoint.Versions[0];
        writer.WriteStartObject();
        writer.WriteStartObject("model_spec"u8);
        writer.WriteString("name"u8, endpoint.Name);
        writer.WriteString("signature_name"u8, ""u8);
        writer.WriteString("version"u8, version.Version.ToString(CultureInfo.InvariantCulture));
        writer.WriteEndObject();
        writer.WriteStartObject("metadata"u8);
        writer.WriteStartObject("signature_def"u8);
        writer.WriteStartObject("signature_def"u8);
        writer.WriteStartObject(SignatureName.Default);
        WriteTensors(writer, "inputs", version.Signature.Inputs);
        WriteTensors(writer, "outputs", version.Signature.Outputs);
        writer.WriteString("method_name"u8, "tensorflow/serving/predict"u8);
        writer.WriteStartObject("defaults"u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteTensors(Utf8JsonWriter writer, string field, TensorSpec[] specs)
    {
        writer.WriteStartObject(field);
        foreach (var spec in specs)
        {
            writer.WriteStartObject(spec.Name);
            writer.WriteString("dtype"u8, DataType(spec.Type));
            writer.WriteStartObject("tensor_shape"u8);
            writer.WriteStartArray("dim"u8);
            foreach (var dimension in spec.Shape)
            {
                writer.WriteStartObject();
                writer.WriteString("size"u8, dimension.ToString(CultureInfo.InvariantCulture));
                writer.WriteString("name"u8, ""u8);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteBoolean("unknown_rank"u8, false);
            writer.WriteEndObject();
            writer.WriteString("name"u8, $"{spec.Name}:0");
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static string DataType(TensorType type) => type switch
    {
        TensorType.Float16 => "DT_HALF",
        TensorType.Float32 => "DT_FLOAT",
        TensorType.Float64 => "DT_DOUBLE",
        TensorType.BFloat16 => "DT_BFLOAT16",
        TensorType.Bytes => "DT_STRING",
        _ => $"DT_{TensorNames.Of(type)}",
    };
}
