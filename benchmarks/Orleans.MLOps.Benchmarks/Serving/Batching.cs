using System.Runtime.InteropServices;
using Orleans.MLOps.Benchmarks.Serving.Load;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>A model behind two endpoints, of which one may put the rows of several callers into one call of the engine.</summary>
/// <param name="Model">The model, for the page.</param>
/// <param name="Single">Each row by itself.</param>
/// <param name="Batched">The default.</param>
/// <param name="RowsPerCall">Rows of the engine's calls on average, with batches.</param>
/// <param name="EngineSingle">Rows a second of the bare engine, one a call.</param>
/// <param name="EngineBatched">Rows a second of the bare engine, <see cref="EngineRows"/> a call.</param>
internal sealed record Batching(string Model, ServingRow Single, ServingRow Batched, double RowsPerCall, double EngineSingle, double EngineBatched)
{
    /// <summary>Callers at the same time.</summary>
    public const int Callers = 64;

    /// <summary>Rows of a call of the bare engine, about what two calls at a time make of the callers.</summary>
    public const int EngineRows = 32;

    private const string InferCall = "/inference.GRPCInferenceService/ModelInfer";
    /// <summary>A convolutional network, whose rows cost arithmetic, and one of wide layers, whose calls cost reading the weights.</summary>
    public static async Task<List<Batching>> RunAsync(ServingPlan plan, ServerProcess node, DoorLoads loads, TextWriter progress) =>
    [
        await RunAsync(plan, node, loads, progress, "a network of the kind of ResNet-20 (32 x 32 x 3)", "cnn", GeneralModels.Convolutional(), GeneralModels.Image),
        await RunAsync(plan, node, loads, progress, "a network 16-4096-4096-4096-1", "wide", GeneralModels.Large(), [1, 16]),
    ];

    private static async Task<Batching> RunAsync(
        ServingPlan plan, ServerProcess node, DoorLoads loads, TextWriter progress, string title, string model, byte[] onnx, long[] shape)
    {
        var (single, batched) = (Engine(plan, onnx, 1, shape), Engine(plan, onnx, EngineRows, shape));
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = node.Grpc });
        await GeneralModels.RegisterAsync(client, model, onnx);
        var (one, many) = ($"{model}-single", $"{model}-batched");
        await GeneralModels.DeployAsync(client, one, model, new BatchingSpec { MaxRows = 1 });
        await GeneralModels.DeployAsync(client, many, model);
        var without = await RunAsync(plan, node, loads, progress, one, shape);
        var with = await RunAsync(plan, node, loads, progress, many, shape);
        var done = (await client.Serving.DescribeAsync(new DescribeEndpoint { Endpoint = many })).Versions[0].Statistics;
        return new Batching(title, without, with, (double)done.Inferences / done.Executions, single, batched);
    }

    private static async Task<ServingRow> RunAsync(ServingPlan plan, ServerProcess node, DoorLoads loads, TextWriter progress, string endpoint, long[] shape)
    {
        var door = new Door(endpoint, node, DoorProtocol.Grpc, InferCall, MlpRequest.OpenGrpc(endpoint, GeneralModels.Input, shape, Numbers(shape)));
        await loads.RunAsync(door, Callers, plan.WarmUp / 2);
        return await ProcessCase.RunAsync(node, progress, () => loads.RunAsync(door, Callers, plan.Duration * 2));
    }

    /// <summary>Rows a second of the bare engine, a thread for each core.</summary>
    private static double Engine(ServingPlan plan, byte[] onnx, int rows, long[] shape)
    {
        using var engine = new OnnxEngine(onnx);
        long[] many = [rows, .. shape[1..]];
        EngineTensor[] inputs = [new(GeneralModels.Input, ElementType.Float32, many, Numbers(many))];
        var load = new Benchmarks.Load.LoadGenerator(plan.WarmUp / 8, plan.Duration, TextWriter.Null);
        return load.Run("engine", Environment.ProcessorCount, _ => engine.Run(inputs, []), rows).PerSecond;
    }

    private static byte[] Numbers(long[] shape)
    {
        var random = new Random(20);
        var numbers = new float[shape.Aggregate((a, b) => a * b)];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = random.NextSingle();
        }

        return MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray();
    }
}
