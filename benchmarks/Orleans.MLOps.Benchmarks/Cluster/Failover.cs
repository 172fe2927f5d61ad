using System.Diagnostics;
using Orleans.MLOps.Benchmarks.Node;

namespace Orleans.MLOps.Benchmarks.Cluster;

/// <summary>How long a caller waits for its first success after the silo that it may need is killed with -9.</summary>
internal static class Failover
{
    private const int KillsEach = 2;
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(40);

    /// <summary>What one kill did to one kind of call.</summary>
    internal sealed record Gap(string Call, double Seconds, int Failed);

    public static async Task<List<Gap>> RunAsync(BenchmarkCluster cluster, ClusterLoad load, TextWriter progress)
    {
        var gaps = new List<Gap>();
        for (var kill = 0; kill < KillsEach * cluster.Size; kill++)
        {
            var victim = kill % cluster.Size;
            using var end = new CancellationTokenSource();
            (string Name, Func<int, Task> Call)[] calls =
            [
                ("predict, sampled", caller => load.PredictAsync(BenchmarkModel.Sampled, caller)),
                ("predict, durable", caller => load.PredictAsync(BenchmarkModel.Durable, caller)),
                ("log metrics, 16 runs", caller => load.LogAsync(caller, 1)),
            ];
            var watching = calls.Select(call => WatchAsync(call.Name, call.Call, end.Token)).ToArray();
            await Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None);
            var killed = Stopwatch.GetTimestamp();
            await cluster.KillAsync(victim);
            await Task.Delay(Watched, CancellationToken.None);
            await end.CancelAsync();
            foreach (var (name, successes, failed) in await Task.WhenAll(watching))
            {
                var gap = new Gap(name, LongestGap(successes, killed), failed);
                progress.WriteLine($"  kill {kill + 1}: {gap.Call,-24} longest wait {gap.Seconds,6:f2} s, {gap.Failed} calls failed");
                gaps.Add(gap);
            }

            await cluster.StartSiloAsync(victim);
        }

        return gaps;
    }

    /// <summary>Sixteen callers, so that grains on every silo are asked; each notes when it succeeded.</summary>
    private static async Task<(string Name, List<long>[] Successes, int Failed)> WatchAsync(string name, Func<int, Task> call, CancellationToken end)
    {
        var failed = 0;
        var successes = Enumerable.Range(0, 16).Select(_ => new List<long>()).ToArray();
        await Task.WhenAll(successes.Select((mine, caller) => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                try
                {
                    await call(caller);
                    mine.Add(Stopwatch.GetTimestamp());
                }
                catch (Exception error) when (error is MLOpsException or TimeoutException)
                {
                    Interlocked.Increment(ref failed);
                }

                await Task.Delay(20, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }, CancellationToken.None)));
        return (name, successes, failed);
    }

    /// <summary>The longest time from the kill, or from a success after it, to a caller's next success.</summary>
    private static double LongestGap(List<long>[] successes, long killed) => successes.Max(mine =>
    {
        var after = mine.Where(at => at > killed).Prepend(killed).ToArray();
        return after.Zip(after.Skip(1), (before, next) => next - before).DefaultIfEmpty(Stopwatch.GetTimestamp() - killed).Max() / (double)Stopwatch.Frequency;
    });
}
