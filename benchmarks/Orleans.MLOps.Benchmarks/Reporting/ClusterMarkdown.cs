using System.Text;
using Orleans.MLOps.Benchmarks.Cluster;
using Orleans.MLOps.Benchmarks.Load;

namespace Orleans.MLOps.Benchmarks.Reporting;

/// <summary>Writes the results of the cluster benchmarks as a page: ratios within the run.</summary>
internal static class ClusterMarkdown
{
    public static string Write(
        List<(int Silos, Measurement Result, double MessagesPerCall)> scale, List<Failover.Gap> gaps, List<Measurement> commits, TimeSpan took)
    {
        var page = new StringBuilder("# Benchmark results of clusters\n\n");
        page.Append("Silos are processes, each pinned to a core by taskset (silo n to core n, round again when there are fewer); PostgreSQL and the callers share the same ")
            .Append($"cores unpinned. Calls are closed loops over gRPC, spread over the gateways. One run, {took.TotalSeconds:f0} s. How to read it: [README](../README.md).\n\n");
        page.AppendJoin('\n', MachineFacts.Describe()).Append("\n\n");
        Scale(page, scale);
        Kills(page, gaps);
        Commits(page, commits);
        return page.ToString();
    }

    private static void Scale(StringBuilder page, List<(int Silos, Measurement Result, double MessagesPerCall)> scale)
    {
        page.Append("## One, two and three silos\n\nMessages are those that silos sent over the network, to each other and to themselves, a call; calls over gRPC are not counted.\n\n")
            .Append("| case | callers | silos | units/s | share of one silo | p50 ms | p99 ms | messages a call |\n|---|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (var group in scale.GroupBy(row => (row.Result.Name, row.Result.Callers)).OrderBy(group => group.Key.Callers))
        {
            var one = group.Single(row => row.Silos == 1).Result.PerSecond;
            foreach (var (silos, result, messages) in group)
            {
                page.Append($"| {result.Name} | {result.Callers} | {silos} | {result.PerSecond:n0} | {result.PerSecond / one:p0} | {result.P50:f2} | {result.P99:f2} | {messages:f2} |\n");
            }
        }
    }

    private static void Kills(StringBuilder page, List<Failover.Gap> gaps)
    {
        page.Append("\n## From kill -9 to the first success\n\n")
            .Append("Three silos, defaults everywhere: a silo is declared dead after 15 s without an answer. 16 callers of each kind with the SDK's defaults; the wait is the longest of any caller, ")
            .Append("its repeats included. A call fails when the SDK gives it up, or may not repeat it.\n\n| call | kills | shortest wait s | median s | longest s | failed calls in all |\n|---|--:|--:|--:|--:|--:|\n");
        foreach (var group in gaps.GroupBy(gap => gap.Call))
        {
            var sorted = group.Select(gap => gap.Seconds).Order().ToArray();
            page.Append($"| {group.Key} | {sorted.Length} | {sorted[0]:f2} | {sorted[sorted.Length / 2]:f2} | {sorted[^1]:f2} | {group.Sum(gap => gap.Failed)} |\n");
        }
    }

    private static void Commits(StringBuilder page, List<Measurement> commits)
    {
        var copy = commits.Single(row => row.Name == PostgresCommits.Copy).PerSecond;
        page.Append("\n## Rows into PostgreSQL, durable when acknowledged\n\n| callers | case | rows/s | p50 ms | p99 ms | share of COPY | times autocommit |\n|--:|---|--:|--:|--:|--:|--:|\n");
        foreach (var row in commits)
        {
            var autocommit = commits.SingleOrDefault(other => other.Name == PostgresCommits.Autocommit && other.Callers == row.Callers);
            var times = autocommit is null || row.Name == PostgresCommits.Copy ? "" : $"{row.PerSecond / autocommit.PerSecond:f1}";
            page.Append($"| {row.Callers} | {row.Name} | {row.PerSecond:n0} | {row.P50:f3} | {row.P99:f3} | {row.PerSecond / copy:p0} | {times} |\n");
        }
    }
}
