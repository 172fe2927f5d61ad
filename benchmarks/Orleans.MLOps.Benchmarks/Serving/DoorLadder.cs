using Orleans.MLOps.Benchmarks.Load;
using Orleans.MLOps.Benchmarks.Serving.Load;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>The same row through every door of the node and of the peer.</summary>
internal static class DoorLadder
{
    private const string Live = "/v2/health/live";
    private const string EmptyCall = "/inference.GRPCInferenceService/ServerLive";
    private const string InferCall = "/inference.GRPCInferenceService/ModelInfer";
    private const string OwnCall = "/orleans.mlops.v1.Serving/Infer";
    private const string OpenPath = $"/v2/models/{MlpRequest.Model}/infer";
    private const string TensorFlowPath = $"/v1/models/{MlpRequest.Model}:predict";
    private const int WarmUpCallers = 16;

    public static async Task<List<ServingRow>> RunAsync(ServingPlan plan, ServerProcess node, ServerProcess peer, DoorLoads loads, TextWriter progress)
    {
        // A door and the peer's of the same kind follow each other, so that both meet the machine in the same state.
        Door[] doors =
        [
            new(ServingRung.PeerEmptyGrpc, peer, DoorProtocol.Grpc, EmptyCall, []),
            new(ServingRung.EmptyGrpc, node, DoorProtocol.Grpc, EmptyCall, []),
            new(ServingRung.OwnGrpc, node, DoorProtocol.Grpc, OwnCall, MlpRequest.OwnGrpc(), MlpRequest.OwnGrpcAnswer),
            new(ServingRung.PeerGrpc, peer, DoorProtocol.Grpc, InferCall, MlpRequest.OpenGrpc(), MlpRequest.OpenGrpcAnswer),
            new(ServingRung.OpenGrpc, node, DoorProtocol.Grpc, InferCall, MlpRequest.OpenGrpc(), MlpRequest.OpenGrpcAnswer),
            new(ServingRung.PeerEmptyRest, peer, DoorProtocol.Rest, Live, []),
            new(ServingRung.EmptyRest, node, DoorProtocol.Rest, Live, []),
            new(ServingRung.OpenRest, node, DoorProtocol.Rest, OpenPath, MlpRequest.OpenRest, MlpRequest.OpenRestAnswer),
            new(ServingRung.PeerRest, peer, DoorProtocol.Rest, OpenPath, MlpRequest.OpenRest, MlpRequest.OpenRestAnswer),
            new(ServingRung.TensorFlow, node, DoorProtocol.Rest, TensorFlowPath, MlpRequest.TensorFlow, MlpRequest.TensorFlowAnswer),
        ];
        await CheckAsync(doors);
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = node.Grpc });
        var request = MlpRequest.Record();
        Task<LoadResult> SdkAsync(int callers, TimeSpan duration) => CompiledLoad.RunAsync(ServingRung.Sdk, callers, duration, _ => client.Serving.InferAsync(request));

        foreach (var door in doors)
        {
            await loads.RunAsync(door, WarmUpCallers, plan.WarmUp);
        }

        await SdkAsync(WarmUpCallers, plan.WarmUp);
        return await Rounds.RunAsync(
            plan.Rounds,
            async () =>
            {
                var rows = new List<ServingRow>();
                foreach (var callers in plan.Callers)
                {
                    foreach (var door in doors)
                    {
                        rows.Add(await ProcessCase.RunAsync(door.Server, progress, () => loads.RunAsync(door, callers, plan.Duration)));
                    }

                    rows.Add(await ProcessCase.RunAsync(node, progress, () => SdkAsync(callers, plan.Duration)));
                }

                return rows;
            },
            row => row.Result.PerSecond);
    }

    /// <exception cref="InvalidOperationException">A door answers something else than the bare engine.</exception>
    private static async Task CheckAsync(Door[] doors)
    {
        using var engine = new OnnxEngine(await File.ReadAllBytesAsync(MlpRequest.File));
        var expected = MlpRequest.Answer(engine.Run([MlpRequest.Engine], [])[0].Data.Span);
        foreach (var door in doors)
        {
            var reply = await CompiledLoad.CallAsync(door);
            if (door.Answer is { } read && Math.Abs(read(reply) - expected) > 1e-5f * (1 + Math.Abs(expected)))
            {
                throw new InvalidOperationException($"{door.Name} answers {read(reply)}; the bare engine answers {expected}.");
            }
        }
    }
}
