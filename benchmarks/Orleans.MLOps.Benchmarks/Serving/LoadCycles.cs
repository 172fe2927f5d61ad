using System.Diagnostics;
using Orleans.MLOps.Client.Grpc;

namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>A model that is deployed, loaded, asked and unloaded again and again.</summary>
/// <param name="Cycles">How often.</param>
/// <param name="Cold">Resident megabytes before the first of as many cycles again, which warm up: the heap takes its size then.</param>
/// <param name="Memory">Resident megabytes after the warm-up, and then after each tenth of the cycles.</param>
/// <param name="Took">How long the cycles took.</param>
internal sealed record LoadCycles(int Cycles, double Cold, double[] Memory, TimeSpan Took)
{
    private const int Readings = 10;
    private const string Endpoint = "cycled";

    public double Growth => (Memory[^1] / Memory[0]) - 1;

    public static async Task<LoadCycles> RunAsync(ServingPlan plan, string folder, TextWriter progress)
    {
        await using var node = await ServerProcess.StartNodeAsync(Path.Combine(folder, "cycles"), MlpRequest.Folder);
        await node.AnswersAsync($"/v2/models/{MlpRequest.Model}/ready");
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = node.Grpc });
        using var http = new HttpClient { BaseAddress = node.Http };
        var step = plan.Cycles / Readings;
        var cold = node.Memory;
        await CyclesAsync(client, http, plan.Cycles);
        var memory = new List<double> { node.Memory };
        var clock = Stopwatch.StartNew();
        for (var reading = 0; reading < Readings; reading++)
        {
            await CyclesAsync(client, http, step);
            memory.Add(node.Memory);
        }

        var result = new LoadCycles(plan.Cycles, cold, [.. memory], clock.Elapsed);
        await progress.WriteLineAsync($"  {result.Cycles} cycles in {result.Took.TotalSeconds:f1} s: {cold:f0}; {string.Join(", ", memory.Select(megabytes => $"{megabytes:f0}"))} MB, {result.Growth:p1}");
        return result;
    }

    private static async Task CyclesAsync(GrpcMlopsClient client, HttpClient http, int cycles)
    {
        for (var i = 0; i < cycles; i++)
        {
            await GeneralModels.DeployAsync(client, Endpoint, MlpRequest.Model);
            await PostAsync(http, $"/v2/repository/models/{Endpoint}/load");
            await client.Serving.InferAsync(MlpRequest.Record(Endpoint));
            await PostAsync(http, $"/v2/repository/models/{Endpoint}/unload");
        }
    }

    private static async Task PostAsync(HttpClient http, string path)
    {
        using var reply = await http.PostAsync(path, null);
        reply.EnsureSuccessStatusCode();
    }
}
