using System.Diagnostics;
using Orleans.MLOps.Benchmarks.Load;
using Orleans.MLOps.Benchmarks.Node;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Training;

namespace Orleans.MLOps.Benchmarks.Cases;

/// <summary>Training samples a second: the library alone, then a job of the platform with live metrics and checkpoints.</summary>
internal static class TrainingThroughput
{
    private const int Epochs = 20;

    /// <summary>What was measured for a number of shards.</summary>
    public sealed record Result(int Shards, double Bare, double Job);

    public static async Task<List<Result>> RunAsync(BenchmarkNode node, BenchmarkModel model, TextWriter progress)
    {
        var (plan, set) = await PlanAsync(node.Cohosted, model.Rows);
        var executor = new TrainingExecutor();
        var results = new List<Result>();
        foreach (var shards in new[] { 1, 2 })
        {
            var (bare, job) = (0.0, 0.0);
            for (var round = 0; round < Rounds.Count; round++)
            {
                bare = Math.Max(bare, await BareAsync(plan with { Shards = shards }, set, executor));
                job = Math.Max(job, await JobAsync(node.Cohosted, model, shards));
            }

            results.Add(new Result(shards, bare, job));
            progress.WriteLine($"  training, {shards} shards: library alone {bare,9:n0} samples/s, job {job,9:n0} samples/s");
        }

        return results;
    }

    private static async Task<double> BareAsync(TrainingPlan plan, TrainingSet set, TrainingExecutor executor)
    {
        var started = Stopwatch.GetTimestamp();
        await ShardedTraining.Run(plan, set, executor);
        return (double)set.Rows * Epochs / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>By the time that the run recorded for its training, the start of the shards and the storing of the weights included.</summary>
    private static async Task<double> JobAsync(IMlopsClient client, BenchmarkModel model, int shards)
    {
        var job = await client.Training.WaitAsync((await model.TrainAsync(shards, Epochs)).JobId);
        var run = await client.Experiments.GetRunAsync(job.RunId!);
        return (double)model.TrainedRows * Epochs / run.Metric("seconds_training")!.Value;
    }

    /// <summary>The very network that the platform made of the same rows.</summary>
    private static async Task<(TrainingPlan Plan, TrainingSet Set)> PlanAsync(IMlopsClient client, SyntheticRows rows)
    {
        var endpoint = await client.Serving.GetAsync(BenchmarkModel.Sampled);
        var version = await client.Models.GetVersionAsync(endpoint.Model, endpoint.Variants[0].Version);
        var network = TabularNetworkSpec.Parse(version.NetworkJson!);
        var set = new TrainingSet(new TabularEncoder(network).EncodeColumns(rows.Numbers, rows.Texts), rows.Labels);
        return (new TrainingPlan { Network = network, Epochs = Epochs, Seed = 1 }, set);
    }
}
