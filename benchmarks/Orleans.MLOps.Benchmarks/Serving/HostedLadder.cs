using Orleans.MLOps.Benchmarks.Load;
using Orleans.MLOps.Benchmarks.Node;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>The rungs of one process: the engine, an empty grain and a prediction, called where they run.</summary>
internal static class HostedLadder
{
    public static async Task<List<ServingRow>> RunAsync(ServingPlan plan, string folder, TextWriter progress)
    {
        using var engine = new OnnxEngine(await File.ReadAllBytesAsync(MlpRequest.File));
        await using var node = await BenchmarkNode.StartAsync(folder, MlpRequest.Folder);
        await ServedAsync(node.Cohosted.Serving);
        var ping = node.Grains.GetGrain<IPingGrain>("ping/one");
        EngineTensor[] inputs = [MlpRequest.Engine];
        var request = MlpRequest.Record();

        async Task<List<ServingRow>> CasesAsync(LoadGenerator load)
        {
            var rows = new List<Measurement>();
            foreach (var callers in plan.Callers)
            {
                rows.Add(load.Run(ServingRung.Engine, callers, _ => engine.Run(inputs, [])));
                rows.Add(await load.RunAsync(ServingRung.Ping, callers, _ => ping.Ping()));
                rows.Add(await load.RunAsync(ServingRung.Hosted, callers, _ => node.Cohosted.Serving.InferAsync(request)));
            }

            return [.. rows.Select(row => new ServingRow(row, double.NaN))];
        }

        await CasesAsync(new LoadGenerator(TimeSpan.Zero, plan.WarmUp / plan.Callers.Length, TextWriter.Null));
        var counted = new LoadGenerator(TimeSpan.FromSeconds(0.2), plan.Duration, progress);
        return await Rounds.RunAsync(plan.Rounds, () => CasesAsync(counted), row => row.Result.PerSecond);
    }

    /// <summary>The folder of models is read after the node has started.</summary>
    private static async Task ServedAsync(IServingClient serving)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await serving.DescribeAsync(new DescribeEndpoint { Endpoint = MlpRequest.Model });
                return;
            }
            catch (NotFoundException) when (attempt < 200)
            {
                await Task.Delay(50);
            }
        }
    }
}
