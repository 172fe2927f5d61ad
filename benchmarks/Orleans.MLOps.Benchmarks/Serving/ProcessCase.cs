using Orleans.MLOps.Benchmarks.Serving.Load;

namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>Load on a server of another process, with the CPU time that it spends.</summary>
internal static class ProcessCase
{
    public static async Task<ServingRow> RunAsync(ServerProcess server, TextWriter progress, Func<Task<LoadResult>> load)
    {
        var cpu = server.Cpu;
        var (result, calls) = await load();
        var row = new ServingRow(result, 1e6 * (server.Cpu - cpu) / calls);
        await progress.WriteLineAsync(
            $"  {result.Name,-36} {result.Callers,4} callers {result.PerSecond,10:n0}/s   p50 {result.P50,8:f3}   p95 {result.P95,8:f3}   p99 {result.P99,8:f3} ms   {row.CpuMicroseconds,7:f1} CPU us a call");
        return row;
    }
}
