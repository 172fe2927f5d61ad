using System.Text;
using Orleans.MLOps.Benchmarks.Tracking;

namespace Orleans.MLOps.Benchmarks.Reporting;

/// <summary>Writes the results of the tracking benchmarks as a page.</summary>
internal static class TrackingMarkdown
{
    public static string Write(List<TrackingRow> rows, LongRun? points, TimeSpan took)
    {
        var page = new StringBuilder("# Benchmark results of MLflow's door\n\n");
        page.Append("An embedded node (SQLite, synchronous commits) is a process of its own; the load comes from this compiled program over keep-alive HTTP connections, a closed loop each, on the same cores. ")
            .Append($"A call counts when its write is on disk. One run, {took.TotalSeconds:f0} s. How to read it: [README](../README.md).\n\n");
        page.AppendJoin('\n', MachineFacts.Describe()).Append("\n\n");
        page.Append("| case | connections | requests/s | of the raw append | of the empty endpoint | p50 ms | p95 ms | p99 ms | server CPU ms a request |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        var (raw, empty) = (rows[0].Result.PerSecond, rows[1].Result.PerSecond);
        foreach (var (result, p95, cpu) in rows)
        {
            page.Append($"| {result.Name} | {result.Callers} | {result.PerSecond:n0} | {result.PerSecond / raw:p1} | {result.PerSecond / empty:p1} | {result.P50:f3} | {p95:f3} | {result.P99:f3} | {(double.IsNaN(cpu) ? "" : $"{cpu:f3}")} |\n");
        }

        if (points is null)
        {
            return page.Append("\nThe long run of points was not part of this run.\n").ToString();
        }

        page.Append($"\nThe SDK's background logger stored {points.Points:n0} points in one run in {points.Took.TotalSeconds:f0} s ({points.Points / points.Took.TotalSeconds:n0}/s). Resident memory of the server before, and after each {100.0 / (points.Memory.Length - 1):f0} %: ")
            .AppendJoin(", ", points.Memory.Select(megabytes => $"{megabytes:f0}")).Append(" MB.\n");
        return page.ToString();
    }
}
