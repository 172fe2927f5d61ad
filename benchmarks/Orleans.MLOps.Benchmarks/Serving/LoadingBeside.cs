using Orleans.MLOps.Benchmarks.Serving.Load;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>Answers of the small model while a large one is loaded and unloaded all the time.</summary>
/// <param name="Pairs">Alone and beside the loading, for each number of callers.</param>
/// <param name="Megabytes">Size of the large model's file.</param>
/// <param name="Loads">How often it was loaded.</param>
internal sealed record LoadingBeside(IReadOnlyList<(ServingRow Alone, ServingRow Beside)> Pairs, double Megabytes, int Loads)
{
    private const string InferCall = "/inference.GRPCInferenceService/ModelInfer";
    private const string Large = "large";

    private static readonly int[] Callers = [1, 16];

    public static async Task<LoadingBeside> RunAsync(ServingPlan plan, ServerProcess node, DoorLoads loads, TextWriter progress)
    {
        var onnx = GeneralModels.Large();
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = node.Grpc });
        await GeneralModels.RegisterAsync(client, Large, onnx);
        var pairs = new List<(ServingRow, ServingRow)>();
        var count = 0;
        foreach (var callers in Callers)
        {
            Task<ServingRow> MeasureAsync(string name) => ProcessCase.RunAsync(
                node, progress, () => loads.RunAsync(new Door(name, node, DoorProtocol.Grpc, InferCall, MlpRequest.OpenGrpc()), callers, plan.Duration * 2));
            var alone = await MeasureAsync("mlp alone");
            using var stop = new CancellationTokenSource();
            var loading = LoadAsync(client, stop.Token);
            var beside = await MeasureAsync("mlp while another is loaded");
            await stop.CancelAsync();
            count += await loading;
            pairs.Add((alone, beside));
        }

        return new LoadingBeside(pairs, onnx.Length / 1e6, count);
    }

    private static async Task<int> LoadAsync(GrpcMlopsClient client, CancellationToken stop)
    {
        var loads = 0;
        do
        {
            await GeneralModels.DeployAsync(client, Large, Large);
            await client.Serving.DescribeAsync(new DescribeEndpoint { Endpoint = Large }, CancellationToken.None);
            await client.Serving.RemoveAsync(new RemoveEndpoint { Name = Large, OperationId = Guid.NewGuid().ToString("N") }, CancellationToken.None);
            loads++;
        }
        while (!stop.IsCancellationRequested);
        return loads;
    }
}
