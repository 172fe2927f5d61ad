using System.Text;
using Orleans.MLOps.Benchmarks.Serving;

namespace Orleans.MLOps.Benchmarks.Reporting;

/// <summary>Writes the results of the serving benchmarks as a page.</summary>
internal static class ServingMarkdown
{
    private const double CpuAim = 20;
    private const double WaitAim = 0.2;
    private const double PingAim = 0.7;

    public static string Write(ServingResults results, MachineFacts machine)
    {
        var page = new StringBuilder("# Benchmark results of serving\n\n");
        page.Append("The network 16-64-64-1 of [samples/models](../../samples/models), one row a call, in closed loops. Node and peer are processes of their own; the load shares their cores. ")
            .Append(results.Generators).Append($". One run, {results.Took.TotalSeconds:f0} s. How to read it: [README](../README.md#serving).\n\n");
        page.AppendJoin('\n', MachineFacts.Describe()).Append("\n\n");
        if (results.Rows.Count > 0)
        {
            WriteLadder(page, results);
            WritePeer(page, results);
        }

        page.Append("## More than one model\n\n");
        WriteBatching(page, results.Batching);
        WriteLoading(page, results.Loading);
        WriteSwitching(page, results.Switching);
        WriteTelemetry(page, results.Telemetry);
        WriteCycles(page, results.Cycles);
        WriteModels(page, results.Models);
        if (results.Generators.Contains("wrk", StringComparison.Ordinal))
        {
            page.Append("wrk counts a slow answer also for the calls that would have been made meanwhile, so p95 and p99 of REST stand higher than those of gRPC.\n");
        }

        return page.Append(machine.Others() is { } others ? $"\n{others}\n" : "").ToString();
    }

    private static void WriteLadder(StringBuilder page, ServingResults results)
    {
        page.Append("## The ladder\n\nServer CPU is empty where the callers are in the server's process.\n\n")
            .Append("| rung | callers | calls/s | of the rung below | p50 ms | p95 ms | p99 ms | server CPU us a call |\n|---|--:|--:|--:|--:|--:|--:|--:|\n");
        string[] beside = [ServingRung.Sdk, ServingRung.EmptyRest, ServingRung.PeerEmptyGrpc, ServingRung.PeerGrpc, ServingRung.PeerEmptyRest, ServingRung.PeerRest];
        foreach (var callers in results.Rows.Select(row => row.Result.Callers).Distinct().Order())
        {
            foreach (var name in ServingRung.Ladder.Concat(beside))
            {
                if (results.Find(name, callers) is not { } row)
                {
                    continue;
                }

                var below = ServingRung.Below(name);
                var share = results.Find(below, callers) is { } foot ? $"{row.Result.PerSecond / foot.Result.PerSecond:p1}" : "";
                share += share.Length > 0 && name == ServingRung.Sdk ? $" ({below})" : "";
                page.Append($"| {name} | {callers} | {row.Result.PerSecond:n0} | {share} | {row.Result.P50:f3} | {row.Result.P95:f3} | {row.Result.P99:f3} | {(double.IsNaN(row.CpuMicroseconds) ? "" : $"{row.CpuMicroseconds:f1}")} |\n");
            }
        }

        page.Append('\n');
    }

    private static void WritePeer(StringBuilder page, ServingResults results)
    {
        page.Append($"## Beside the peer\n\nThe aim is at most +{CpuAim:f0} us of CPU a call and +{WaitAim:f1} ms of p50 for every door.\n\n")
            .Append("| door | callers | rate of the peer's | CPU us more | p50 ms more | aim |\n|---|--:|--:|--:|--:|---|\n");
        foreach (var row in results.Rows.OrderBy(row => row.Result.Callers))
        {
            var (result, cpu) = row;
            if (results.Find(ServingRung.Peer(result.Name), result.Callers) is not { } peer)
            {
                continue;
            }

            var (more, wait) = (cpu - peer.CpuMicroseconds, result.P50 - peer.Result.P50);
            var aim = result.Name is ServingRung.EmptyGrpc or ServingRung.EmptyRest ? "" : $"CPU {Met(more <= CpuAim)}, p50 {Met(wait <= WaitAim)}";
            page.Append($"| {result.Name} | {result.Callers} | {result.PerSecond / peer.Result.PerSecond:p1} | {more:+0.0;-0.0} | {wait:+0.000;-0.000} | {aim} |\n");
        }

        page.Append('\n');
        foreach (var callers in results.Rows.Select(row => row.Result.Callers).Distinct())
        {
            if (results.Find(ServingRung.Hosted, callers) is { } hosted && results.Find(ServingRung.Ping, callers) is { } ping)
            {
                var share = hosted.Result.PerSecond / ping.Result.PerSecond;
                var both = results.Find(ServingRung.Engine, callers) is { } engine ? hosted.Result.PerSecond * ((1 / ping.Result.PerSecond) + (1 / engine.Result.PerSecond)) : double.NaN;
                page.Append($"- In process at {callers} {(callers == 1 ? "caller" : "callers")}: {share:p1} of the empty ping; aim {PingAim:p0}, {Met(share >= PingAim)}. {both:p1} of an empty ping and a bare engine call one after the other.\n");
            }
        }

        page.Append('\n');
    }

    private static void WriteBatching(StringBuilder page, IReadOnlyList<Batching> models)
    {
        foreach (var batching in models)
        {
            var (single, batched) = (batching.Single.Result, batching.Batched.Result);
            var gain = batched.PerSecond / single.PerSecond;
            page.Append($"- **Batching** of {batching.Model} at {Batching.Callers} callers over OIP gRPC: {single.PerSecond:n0} rows/s one by one (p50 {single.P50:f1} ms, p99 {single.P99:f1}), ")
                .Append($"{batched.PerSecond:n0} in batches of {batching.RowsPerCall:f1} rows on average (p50 {batched.P50:f1}, p99 {batched.P99:f1}): {gain:f2} times; aim 3, {Met(gain >= 3)}. ")
                .Append($"The bare engine, a thread a core: {batching.EngineSingle:n0} rows/s one by one, {batching.EngineBatched:n0} in calls of {Batching.EngineRows} rows, {batching.EngineBatched / batching.EngineSingle:f2} times.\n");
        }
    }

    private static void WriteLoading(StringBuilder page, LoadingBeside? loading)
    {
        foreach (var (alone, beside) in loading?.Pairs ?? [])
        {
            var more = beside.Result.P99 / alone.Result.P99;
            page.Append($"- **Loading** a model of {loading!.Megabytes:f0} MB again and again ({loading.Loads} times in all) while the small one answers {alone.Result.Callers} {(alone.Result.Callers == 1 ? "caller" : "callers")} over OIP gRPC: p99 {alone.Result.P99:f3} -> {beside.Result.P99:f3} ms, ")
                .Append($"{more:f2} times; aim below 2, {Met(more < 2)}. p50 {alone.Result.P50:f3} -> {beside.Result.P50:f3} ms, {alone.Result.PerSecond:n0} -> {beside.Result.PerSecond:n0} calls/s.\n");
        }
    }

    private static void WriteSwitching(StringBuilder page, Switching? switching)
    {
        if (switching is not null)
        {
            var met = switching is { Failed: 0, Stale: 0, LongestGap.TotalMilliseconds: < 50 };
            page.Append($"- **Switching** versions {switching.Switches} times under {switching.Requests:n0} requests at a steady {Switching.PerSecond} a second over our gRPC: {switching.Failed} failed, ")
                .Append($"{switching.Stale} answered by what was replaced before they were sent, longest time without an answer {switching.LongestGap.TotalMilliseconds:f1} ms; aim 0, 0 and below 50 ms, {Met(met)}.\n");
        }
    }

    private static void WriteTelemetry(StringBuilder page, IReadOnlyList<Telemetry> doors)
    {
        foreach (var telemetry in doors)
        {
            page.Append($"- **Telemetry** at {telemetry.With.Result.Name}, {telemetry.With.Result.Callers} callers: {telemetry.Without.Result.PerSecond:n0} calls/s without metrics (`--no-metrics`), {telemetry.With.Result.PerSecond:n0} with, ")
                .Append($"{telemetry.Cost:p1} less and {telemetry.Cpu:+0.0;-0.0} us of CPU a call; aim below 5%, {Met(telemetry.Cost < 0.05)}.\n");
        }
    }

    private static void WriteCycles(StringBuilder page, LoadCycles? cycles)
    {
        if (cycles is not null)
        {
            page.Append($"- **{cycles.Cycles} cycles** of deploy, load, ask and unload ({cycles.Took.TotalMilliseconds / cycles.Cycles:f1} ms each): resident memory {cycles.Cold:f0} MB before a warm-up of as many, then ")
                .AppendJoin(", ", cycles.Memory.Select(megabytes => $"{megabytes:f0}")).Append($" MB after it and after each tenth, {cycles.Growth:+0.0%;-0.0%}; aim below 5%, {Met(cycles.Growth < 0.05)}.\n");
        }
    }

    private static void WriteModels(StringBuilder page, ManyModels? models)
    {
        if (models is not null)
        {
            page.Append($"- **{models.Models:n0} models** of one silo, each a file of its own, loaded and asked: {models.Before:f0} -> {models.After:f0} MB resident ({1024 * (models.After - models.Before) / models.Models:f0} KB each); aim 2,048, {Met(models.After < 2048)}. ")
                .Append($"The folder was served after {models.Served.TotalSeconds:f1} s; the first answers took {models.Loaded.TotalMilliseconds / models.Models:f1} ms each.\n");
        }

        page.Append('\n');
    }

    private static string Met(bool met) => met ? "met" : "not met";
}
