using System.Diagnostics;
using Orleans.MLOps.Benchmarks.Load;

namespace Orleans.MLOps.Benchmarks.Tracking;

/// <summary>A closed loop whose waits and whose server's CPU time are kept.</summary>
internal sealed class TimedLoad(TextWriter progress)
{
    // The server compiles what it runs often anew while it serves; it takes some seconds to be done.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(12);

    /// <summary>A case that no server takes part in has no CPU time a call.</summary>
    public async Task<TrackingRow> RunAsync(TrackedServer? server, string name, int callers, TimeSpan duration, Func<int, Task> call)
    {
        await LoopAsync(callers, WarmUp, call);
        var cpu = server?.Cpu ?? double.NaN;
        var ticks = await LoopAsync(callers, duration, call);
        var calls = ticks.Count;
        var perCall = calls == 0 || server is null ? double.NaN : 1000 * (server.Cpu - cpu) / calls;
        var result = Measurement.Of(name, callers, duration.TotalSeconds, ticks);
        var p95 = calls == 0 ? double.NaN : ticks[(int)((calls - 1) * 0.95)] * 1000.0 / Stopwatch.Frequency;
        progress.WriteLine($"  {name,-58} {callers,3} callers {result.PerSecond,10:n0}/s   p50 {result.P50,8:f3} ms   p95 {p95,8:f3} ms   {perCall:f3} CPU ms a call");
        return new TrackingRow(result, p95, perCall);
    }

    private static async Task<List<long>> LoopAsync(int callers, TimeSpan duration, Func<int, Task> call)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var loops = Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var ticks = new List<long>();
            for (var at = Stopwatch.GetTimestamp(); at < end; )
            {
                await call(caller);
                var now = Stopwatch.GetTimestamp();
                ticks.Add(now - at);
                at = now;
            }

            return ticks;
        }));
        return [.. (await Task.WhenAll(loops)).SelectMany(one => one)];
    }
}
