using Orleans.MLOps.Benchmarks.Load;
using Orleans.MLOps.Benchmarks.Serving.Load;

namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>What counting and timing every request costs: the same door of a node with metrics and of one without.</summary>
/// <param name="With">With metrics.</param>
/// <param name="Without">With <c>--no-metrics</c>.</param>
internal sealed record Telemetry(ServingRow With, ServingRow Without)
{
    private const int Callers = 16;
    private const int Turns = 3;

    /// <summary>Share of the rate that metrics cost.</summary>
    public double Cost => 1 - (With.Result.PerSecond / Without.Result.PerSecond);

    /// <summary>CPU microseconds more for each call.</summary>
    public double Cpu => With.CpuMicroseconds - Without.CpuMicroseconds;

    public static async Task<Telemetry[]> RunAsync(ServingPlan plan, string folder, DoorLoads loads, TextWriter progress)
    {
        await using var with = await ServerProcess.StartNodeAsync(Path.Combine(folder, "metrics"), MlpRequest.Folder);
        await using var without = await ServerProcess.StartNodeAsync(Path.Combine(folder, "no-metrics"), MlpRequest.Folder, "--no-metrics");
        var pairs = new List<Telemetry>();
        foreach (var (name, protocol, path, body) in new[]
        {
            (ServingRung.OpenGrpc, DoorProtocol.Grpc, "/inference.GRPCInferenceService/ModelInfer", MlpRequest.OpenGrpc()),
            (ServingRung.OpenRest, DoorProtocol.Rest, $"/v2/models/{MlpRequest.Model}/infer", MlpRequest.OpenRest),
        })
        {
            Door[] doors = [new(name, with, protocol, path, body), new($"{name}, no metrics", without, protocol, path, body)];
            foreach (var door in doors)
            {
                await door.Server.AnswersAsync($"/v2/models/{MlpRequest.Model}/ready");
                await loads.RunAsync(door, Callers, plan.WarmUp * 2);
            }

            // In turns, so that both meet the machine in the same state.
            var rows = await Rounds.RunAsync(
                Turns * plan.Rounds,
                async () =>
                {
                    var turn = new List<ServingRow>();
                    foreach (var door in doors)
                    {
                        turn.Add(await ProcessCase.RunAsync(door.Server, progress, () => loads.RunAsync(door, Callers, plan.Duration)));
                    }

                    return turn;
                },
                row => row.Result.PerSecond);
            pairs.Add(new(rows[0], rows[1]));
        }

        return [.. pairs];
    }
}
