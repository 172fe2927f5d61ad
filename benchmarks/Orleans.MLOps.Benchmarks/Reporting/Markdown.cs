using System.Text;
using Orleans.MLOps.Benchmarks.Cases;
using Orleans.MLOps.Benchmarks.Load;

namespace Orleans.MLOps.Benchmarks.Reporting;

/// <summary>Writes the results as a page: every figure beside the bare operation below it, measured in the same run.</summary>
internal static class Markdown
{
    public static string Write(BenchmarkResults results, string? others)
    {
        var page = new StringBuilder("# Benchmark results\n\n");
        page.Append("Callers, client, node and disk share one machine and one process; calls are closed loops. One run, ")
            .Append($"{results.TotalSeconds:f0} s; the faster of {Rounds.Count} rounds counts. How to read it: [README](../README.md).\n\n");
        page.AppendJoin('\n', MachineFacts.Describe()).Append("\n\n");
        if (others is not null)
        {
            page.Append(others).Append("\n\n");
        }

        Ladder(page, results.Ladder);
        BesideTraining(page, results);
        Metrics(page, results.Metrics);
        Detectors(page, results.Detectors);
        Training(page, results.Training);
        return page.ToString();
    }

    private static void Ladder(StringBuilder page, List<Measurement> ladder)
    {
        page.Append("## Predict, one instance of 16 columns\n\n| callers | case | calls/s | p50 ms | p99 ms | rate as a share of |\n|--:|---|--:|--:|--:|---|\n");
        foreach (var row in ladder)
        {
            var shares = Rung.Below(row.Name).Select(below => $"{row.PerSecond / Find(ladder, below, row.Callers).PerSecond:p0} of {Short(below)}");
            page.Append($"| {row.Callers} | {row.Name} | {row.PerSecond:n0} | {row.P50:f3} | {row.P99:f3} | {string.Join(", ", shares)} |\n");
        }
    }

    private static void BesideTraining(StringBuilder page, BenchmarkResults results)
    {
        page.Append($"\n## The same at {results.BesideTraining[0].Callers} callers beside a training job of two shards\n\n")
            .Append("| case | calls/s | share of the rate without | p50 ms | p99 ms | p99 without |\n|---|--:|--:|--:|--:|--:|\n");
        foreach (var row in results.BesideTraining)
        {
            var without = Find(results.Ladder, row.Name, row.Callers);
            page.Append($"| {row.Name} | {row.PerSecond:n0} | {row.PerSecond / without.PerSecond:p0} | {row.P50:f3} | {row.P99:f3} | {without.P99:f3} |\n");
        }

        page.Append($"\nThe job trained {results.TrainingBesideServing:n0} samples/s meanwhile.\n");
        foreach (var endpoint in results.Monitored)
        {
            page.Append($"Of the {endpoint.Predicted:n0} predictions of the {endpoint.Endpoint} endpoint in all its cases, the monitor counted {(double)endpoint.Counted / endpoint.Predicted:p2}.\n");
        }
    }

    private static void Metrics(StringBuilder page, List<Measurement> metrics)
    {
        page.Append("\n## Metrics logged, each durable when acknowledged\n\n| callers | case | metrics/s | p50 ms | p99 ms | share of the group commit |\n|--:|---|--:|--:|--:|--:|\n");
        foreach (var row in metrics)
        {
            var share = row.PerSecond / Find(metrics, MetricLogging.Raw, row.Callers).PerSecond;
            page.Append($"| {row.Callers} | {row.Name} | {row.PerSecond:n0} | {row.P50:f3} | {row.P99:f3} | {share:p0} |\n");
        }
    }

    private static void Detectors(StringBuilder page, List<Measurement> detectors)
    {
        page.Append("\n## Drift detectors, one thread\n\n| detector | updates/s | share of the running mean |\n|---|--:|--:|\n");
        foreach (var row in detectors)
        {
            page.Append($"| {row.Name} | {row.PerSecond:n0} | {row.PerSecond / detectors[0].PerSecond:p1} |\n");
        }
    }

    private static void Training(StringBuilder page, List<TrainingThroughput.Result> training)
    {
        page.Append("\n## Training, batches of 1,024, network of 64 and 32 units\n\n| shards | library alone, samples/s | job, samples/s | job as a share of the library | job as a multiple of one shard |\n|--:|--:|--:|--:|--:|\n");
        foreach (var row in training)
        {
            page.Append($"| {row.Shards} | {row.Bare:n0} | {row.Job:n0} | {row.Job / row.Bare:p0} | {row.Job / training[0].Job:f2} |\n");
        }
    }

    private static Measurement Find(List<Measurement> measured, string name, int callers) =>
        measured.Find(row => row.Name == name && row.Callers == callers)!;

    private static string Short(string rung) => rung switch
    {
        Rung.Append => "the durable append",
        Rung.GrainSampled or Rung.GrainDurable => "the same L4",
        Rung.Grain => "L4 without monitor",
        _ => rung[..2],
    };
}
