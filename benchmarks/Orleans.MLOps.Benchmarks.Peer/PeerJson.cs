using System.Text.Json.Serialization;

namespace Orleans.MLOps.Benchmarks.Peer;

internal sealed record PeerRequest(string? Id, PeerTensor[] Inputs);

internal sealed record PeerResponse(string ModelName, string ModelVersion, string? Id, PeerTensor[] Outputs);

internal sealed record PeerTensor(string Name, string Datatype, long[] Shape, float[] Data);

internal sealed record PeerError(string Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PeerRequest))]
[JsonSerializable(typeof(PeerResponse))]
[JsonSerializable(typeof(PeerError))]
internal sealed partial class PeerJson : JsonSerializerContext;
