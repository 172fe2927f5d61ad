using System.Text.Json;
using Orleans.MLOps.Gateway.Serving.OpenInference;
using Orleans.MLOps.Gateway.Serving.OpenInference.Wire;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.Rest;

/// <summary>What a model is and does, as JSON. Numbers of 64 bits are numbers here, as Triton has them, not texts.</summary>
internal static class ModelJson
{
    public static void WriteMetadata(Utf8JsonWriter writer, ServedEndpoint endpoint)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, endpoint.Name);
        writer.WriteStartArray("versions"u8);
        foreach (var version in ModelMessages.VersionNames(endpoint))
        {
            writer.WriteStringValue(version);
        }

        writer.WriteEndArray();
        writer.WriteString("platform"u8, endpoint.Versions[0].Platform);
        WriteSpecs(writer, "inputs", endpoint.Versions[0].Signature.Inputs);
        WriteSpecs(writer, "outputs", endpoint.Versions[0].Signature.Outputs);
        writer.WriteEndObject();
    }

    public static void WriteConfig(Utf8JsonWriter writer, ModelConfig config)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, config.Name);
        writer.WriteString("platform"u8, config.Platform);
        writer.WriteString("backend"u8, config.Backend);
        writer.WriteNumber("max_batch_size"u8, config.MaxBatchSize);
        writer.WriteStartArray("input"u8);
        foreach (var input in config.Input)
        {
            WriteTensor(writer, input.Name, input.DataType, input.Dims, input.Optional);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("output"u8);
        foreach (var output in config.Output)
        {
            WriteTensor(writer, output.Name, output.DataType, output.Dims, isOptional: null);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("dynamic_batching"u8);
        writer.WriteStartArray("preferred_batch_size"u8);
        foreach (var size in config.DynamicBatching.PreferredBatchSize)
        {
            writer.WriteNumberValue(size);
        }

        writer.WriteEndArray();
        writer.WriteNumber("max_queue_delay_microseconds"u8, config.DynamicBatching.MaxQueueDelayMicroseconds);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static void WriteStatistics(Utf8JsonWriter writer, IEnumerable<ModelStatistics> models)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("model_stats"u8);
        foreach (var model in models)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, model.Name);
            writer.WriteString("version"u8, model.Version);
            writer.WriteNumber("last_inference"u8, model.LastInference);
            writer.WriteNumber("inference_count"u8, model.InferenceCount);
            writer.WriteNumber("execution_count"u8, model.ExecutionCount);
            writer.WriteStartObject("inference_stats"u8);
            var stats = model.InferenceStats;
            WriteDuration(writer, "success", stats.Success);
            WriteDuration(writer, "fail", stats.Fail);
            WriteDuration(writer, "queue", stats.Queue);
            WriteDuration(writer, "compute_input", stats.ComputeInput);
            WriteDuration(writer, "compute_infer", stats.ComputeInfer);
            WriteDuration(writer, "compute_output", stats.ComputeOutput);
            WriteDuration(writer, "cache_hit", stats.CacheHit);
            WriteDuration(writer, "cache_miss", stats.CacheMiss);
            writer.WriteEndObject();
            writer.WriteStartArray("batch_stats"u8);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteSpecs(Utf8JsonWriter writer, string field, TensorSpec[] specs)
    {
        writer.WriteStartArray(field);
        foreach (var spec in specs)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, spec.Name);
            writer.WriteString("datatype"u8, TensorNames.Of(spec.Type));
            writer.WriteStartArray("shape"u8);
            Array.ForEach(spec.Shape, writer.WriteNumberValue);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteTensor(Utf8JsonWriter writer, string name, DataType type, IEnumerable<long> dims, bool? isOptional)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, name);
        writer.WriteString("data_type"u8, $"TYPE_{type.ToString()["Type".Length..].ToUpperInvariant()}");
        writer.WriteStartArray("dims"u8);
        foreach (var dimension in dims)
        {
            writer.WriteNumberValue(dimension);
        }

        writer.WriteEndArray();
        if (isOptional is { } optional)
        {
            writer.WriteBoolean("optional"u8, optional);
        }

        writer.WriteEndObject();
    }

    private static void WriteDuration(Utf8JsonWriter writer, string field, StatisticDuration duration)
    {
        writer.WriteStartObject(field);
        writer.WriteNumber("count"u8, duration.Count);
        writer.WriteNumber("ns"u8, duration.Ns);
        writer.WriteEndObject();
    }
}
