using System.Runtime.InteropServices;
using Google.Protobuf;
using Grpc.Core;
using Orleans.MLOps.Gateway.Serving.OpenInference.Wire;

namespace Orleans.MLOps.Benchmarks.Peer;

/// <summary>Inference of the Open Inference Protocol over gRPC, raw contents only.</summary>
internal sealed class PeerService(PeerModel model) : GRPCInferenceService.GRPCInferenceServiceBase
{
    private static readonly Task<ServerLiveResponse> Live = Task.FromResult(new ServerLiveResponse { Live = true });

    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) => Live;

    public override Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context)
    {
        if (request.ModelName != model.Name)
        {
            throw new RpcException(new Status(StatusCode.NotFound, "There is no such model."));
        }

        if (request.Inputs.Count != 1 || request.Inputs[0] is not { Datatype: "FP32", Shape: { Count: 2 } shape } input || input.Name != model.Input
            || shape[0] < 1 || shape[1] != 16 || request.RawInputContents.Count != 1 || request.RawInputContents[0].Length != shape[0] * 16 * sizeof(float))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"One raw input '{model.Input}' of FP32 [-1,16] is needed."));
        }

        var (data, given) = model.Run(MemoryMarshal.Cast<byte, float>(request.RawInputContents[0].Span).ToArray(), [shape[0], shape[1]]);
        var output = new ModelInferResponse.Types.InferOutputTensor { Name = model.Output, Datatype = "FP32" };
        output.Shape.AddRange(given);
        var response = new ModelInferResponse { ModelName = model.Name, ModelVersion = "1", Id = request.Id };
        response.Outputs.Add(output);
        response.RawOutputContents.Add(ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(data)));
        return Task.FromResult(response);
    }
}
