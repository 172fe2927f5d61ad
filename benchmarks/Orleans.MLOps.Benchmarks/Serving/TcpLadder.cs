using Orleans.MLOps.Benchmarks.Load;
using Orleans.MLOps.Benchmarks.Node;
using Orleans.MLOps.Benchmarks.Serving.Load;
using Orleans.MLOps.Client;

namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>An Orleans client of this process on the node of another: an empty grain and a prediction.</summary>
internal static class TcpLadder
{
    private const string Cluster = "mlops";

    public static async Task<List<ServingRow>> RunAsync(ServingPlan plan, ServerProcess node, TextWriter progress)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client => client.UseLocalhostClustering(node.GatewayPort, Cluster, Cluster));
        builder.Services.AddMlopsClient();
        using var host = builder.Build();
        await host.StartAsync();
        var ping = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IPingGrain>("ping/one");
        var serving = host.Services.GetRequiredService<IMlopsClient>().Serving;
        var request = MlpRequest.Record();

        async Task<List<ServingRow>> CasesAsync(TimeSpan duration, TextWriter output)
        {
            var rows = new List<ServingRow>();
            foreach (var callers in plan.Callers)
            {
                rows.Add(await ProcessCase.RunAsync(node, output, () => CompiledLoad.RunAsync(ServingRung.TcpPing, callers, duration, _ => ping.Ping())));
                rows.Add(await ProcessCase.RunAsync(node, output, () => CompiledLoad.RunAsync(ServingRung.Tcp, callers, duration, _ => serving.InferAsync(request))));
            }

            return rows;
        }

        await CasesAsync(plan.WarmUp / plan.Callers.Length, TextWriter.Null);
        var best = await Rounds.RunAsync(plan.Rounds, () => CasesAsync(plan.Duration, progress), row => row.Result.PerSecond);
        await host.StopAsync();
        return best;
    }
}
