using System.Text;
using Orleans.MLOps.Benchmarks.Tracking;

namespace Orleans.MLOps.Benchmarks.Reporting;

/// <summary>Writes the results of the tracking benchmarks as a page.</summary>
internal static class TrackingMarkdown
{
    public static string Write(List<TrackingRow> rows, double[] memory, TimeSpan took)
    {
        var page = new StringBuilder("# Benchmark results of MLflow's door\n\n");
        page.Append("An embedded node (SQLite, synchronous commits) is a process of its own; the load comes from this compiled program over keep-alive HTTP connections, a closed loop each, on the same cores. ")
            .Append($"A call counts when its write is on disk. One run, {took.TotalSeconds:f0} s. How to read it: [README](../README.md).\n\n");
        page.AppendJoin('\n', MachineFacts.Describe()).Append("\n\n");
        page.Append("| case | connections | requests/s | of the empty endpoint | p50 ms | p95 ms | p99 ms | server CPU ms a request |\n|---|--:|--:|--:|--:|--:|--:|--:|\n");
        var empty = rows[0].Result.PerSecond;
        foreach (var (result, p95, cpu) in rows)
        {
            page.Append($"| {result.Name} | {result.Callers} | {result.PerSecond:n0} | {result.PerSecond / empty:p1} | {result.P50:f3} | {p95:f3} | {result.P99:f3} | {cpu:f3} |\n");
        }

        page.Append("\nResident memory of the server while the SDK's background logger stores 1,000,000 points in one run, before and after each quarter: ")
            .AppendJoin(", ", memory.Select(megabytes => $"{megabytes:f0} MB")).Append(".\n");
        return page.ToString();
    }
}
