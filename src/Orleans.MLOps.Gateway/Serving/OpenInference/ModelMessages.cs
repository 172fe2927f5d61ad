using Orleans.MLOps.Gateway.Serving.OpenInference.Wire;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.OpenInference;

/// <summary>What an endpoint serves, in the protocol's messages. All versions of an endpoint take the same inputs; outputs are those of the newest asked for.</summary>
internal static class ModelMessages
{
    public static ModelMetadataResponse Metadata(ServedEndpoint endpoint)
    {
        var newest = endpoint.Versions[0];
        var response = new ModelMetadataResponse { Name = endpoint.Name, Platform = newest.Platform };
        response.Versions.AddRange(VersionNames(endpoint));
        response.Inputs.AddRange(newest.Signature.Inputs.Select(Metadata));
        response.Outputs.AddRange(newest.Signature.Outputs.Select(Metadata));
        return response;
    }

    /// <summary>The versions as texts, each once, in ascending order.</summary>
    public static IEnumerable<string> VersionNames(ServedEndpoint endpoint) =>
        endpoint.Versions.Select(version => version.Version).Distinct().Order().Select(version => version.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static ModelConfig Config(ServedEndpoint endpoint)
    {
        var newest = endpoint.Versions[0];
        var batched = IsBatched(newest.Signature);
        var config = new ModelConfig
        {
            Name = endpoint.Name,
            Platform = newest.Platform,
            Backend = newest.Platform.Split('_')[0],
            MaxBatchSize = batched ? endpoint.Batching.MaxRows : 0,
            DynamicBatching = new ModelDynamicBatching { MaxQueueDelayMicroseconds = (ulong)endpoint.Batching.Delay.TotalMicroseconds },
        };
        config.DynamicBatching.PreferredBatchSize.AddRange(endpoint.Batching.PreferredRows);
        foreach (var input in newest.Signature.Inputs)
        {
            var message = new ModelInput { Name = input.Name, DataType = DataTypeOf(input.Type), Optional = input.Optional };
            message.Dims.AddRange(Dims(input, batched));
            config.Input.Add(message);
        }

        foreach (var output in newest.Signature.Outputs)
        {
            var message = new ModelOutput { Name = output.Name, DataType = DataTypeOf(output.Type) };
            message.Dims.AddRange(Dims(output, batched));
            config.Output.Add(message);
        }

        return config;
    }

    public static IEnumerable<ModelStatistics> Statistics(ServedEndpoint endpoint) => endpoint.Versions.DistinctBy(version => version.Version).Select(version => new ModelStatistics
    {
        Name = endpoint.Name,
        Version = version.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
        LastInference = (ulong)(version.Statistics.LastAt?.ToUnixTimeMilliseconds() ?? 0),
        InferenceCount = (ulong)version.Statistics.Inferences,
        ExecutionCount = (ulong)version.Statistics.Executions,
        InferenceStats = new Wire.InferStatistics
        {
            Success = Duration(version.Statistics.Succeeded, version.Statistics.SucceededNanoseconds),
            Fail = Duration(version.Statistics.Failed + version.Statistics.Rejected, version.Statistics.FailedNanoseconds),
            Queue = Duration(version.Statistics.Succeeded, version.Statistics.QueueNanoseconds),
            ComputeInput = Duration(version.Statistics.Succeeded, 0),
            ComputeInfer = Duration(version.Statistics.Succeeded, version.Statistics.InferNanoseconds),
            ComputeOutput = Duration(version.Statistics.Succeeded, 0),
            CacheHit = new StatisticDuration(),
            CacheMiss = new StatisticDuration(),
        },
    });

    private static ModelMetadataResponse.Types.TensorMetadata Metadata(TensorSpec spec)
    {
        var metadata = new ModelMetadataResponse.Types.TensorMetadata { Name = spec.Name, Datatype = TensorNames.Of(spec.Type) };
        metadata.Shape.AddRange(spec.Shape);
        return metadata;
    }

    private static StatisticDuration Duration(long count, long nanoseconds) => new() { Count = (ulong)count, Ns = (ulong)nanoseconds };

    private static bool IsBatched(TensorSignature signature) => signature.Inputs.Concat(signature.Outputs).All(spec => spec.Shape is [-1, ..]);

    // Triton leaves the batch out of the dimensions of a model that has one.
    private static IEnumerable<long> Dims(TensorSpec spec, bool batched) => batched ? spec.Shape.Skip(1) : spec.Shape;

    private static DataType DataTypeOf(TensorType type) => type switch
    {
        TensorType.Bytes => DataType.TypeString,
        TensorType.Float16 => DataType.TypeFp16,
        TensorType.Float32 => DataType.TypeFp32,
        TensorType.Float64 => DataType.TypeFp64,
        TensorType.BFloat16 => DataType.TypeBf16,
        _ => Enum.Parse<DataType>($"Type{type}", ignoreCase: true),
    };
}
