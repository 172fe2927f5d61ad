using Orleans.MLOps.Benchmarks.Load;
using Orleans.MLOps.Benchmarks.Node;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Benchmarks.Cases;

/// <summary>Metric points a second, acknowledged as durable: rows by group commit, then through run grains, a run for each caller.</summary>
internal static class MetricLogging
{
    public const string Raw = "row of a metric by group commit (ITables)";
    public const string Points = "one metric a call through IRunGrain";
    public const string Batches = "100 metrics a call through IRunGrain";

    private const int BatchSize = 100;
    private const string Insert = "INSERT INTO metric_points (series, step, timestamp_us, value, is_number) VALUES ($1, $2, 1, 0.5, 1)";
    private const string Series = "INSERT INTO metric_series (run_id, key) VALUES ($1, 'raw') RETURNING series";

    public static async Task<List<Measurement>> RunAsync(BenchmarkNode node, LoadGenerator load, int[] callers)
    {
        var experiment = await node.Cohosted.Experiments.CreateAsync("metrics");
        var runs = await Task.WhenAll(Enumerable.Range(0, callers.Max()).Select(_ =>
            node.Cohosted.Experiments.StartRunAsync(new StartRun { ExperimentId = experiment.ExperimentId })));
        var grains = Array.ConvertAll(runs, run => node.Grains.GetGrain<IRunGrain>(new RunKey(run.RunId).ToString()));
        var series = await Task.WhenAll(runs.Select(async run => (await node.Tables.WriteAsync(new TableWrite().Add(Series, run.RunId))).Returned[0]));
        var steps = new long[runs.Length];
        var measured = new List<Measurement>();
        foreach (var count in callers)
        {
            measured.Add(await load.RunAsync(Raw, count, caller => node.Tables.WriteAsync(
                new TableWrite().Add(Insert, series[caller], steps[caller]++))));
            measured.Add(await load.RunAsync(Points, count, caller => grains[caller].Log(Batch(1, steps[caller]++))));
            measured.Add(await load.RunAsync(Batches, count, caller => grains[caller].Log(Batch(BatchSize, steps[caller]++)), BatchSize));
        }

        return measured;
    }

    private static LogBatch Batch(int points, long step) => new()
    {
        Metrics = [.. Enumerable.Range(0, points).Select(i => new MetricPoint { Key = "loss", Value = 0.5, Step = (step * points) + i })],
    };
}
