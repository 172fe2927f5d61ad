using System.Diagnostics;

namespace Orleans.MLOps.Benchmarks.Load;

/// <summary>Closed-loop load: every caller makes its next call as soon as the last one has returned.</summary>
internal sealed class LoadGenerator(TimeSpan warmUp, TimeSpan duration, TextWriter progress)
{
    /// <summary>Callers that await; <paramref name="call"/> gets the caller's number.</summary>
    public async Task<Measurement> RunAsync(string name, int callers, Func<int, Task> call, int unitsPerCall = 1)
    {
        var clock = new Window(warmUp, duration);
        var loops = Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var ticks = new List<long>();
            for (var at = Stopwatch.GetTimestamp(); at < clock.End; )
            {
                await call(caller);
                at = Note(clock, at, ticks);
            }

            return ticks;
        }));
        return Done(name, callers, await Task.WhenAll(loops), unitsPerCall);
    }

    /// <summary>Callers that each hold a thread.</summary>
    public Measurement Run(string name, int callers, Action<int> call, int unitsPerCall = 1)
    {
        var clock = new Window(warmUp, duration);
        var ticks = Enumerable.Range(0, callers).Select(_ => new List<long>()).ToArray();
        var threads = Enumerable.Range(0, callers).Select(caller => new Thread(() =>
        {
            for (var at = Stopwatch.GetTimestamp(); at < clock.End; )
            {
                call(caller);
                at = Note(clock, at, ticks[caller]);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return Done(name, callers, ticks, unitsPerCall);
    }

    private static long Note(Window clock, long started, List<long> ticks)
    {
        var now = Stopwatch.GetTimestamp();
        if (started >= clock.Start && now <= clock.End)
        {
            ticks.Add(now - started);
        }

        return now;
    }

    private Measurement Done(string name, int callers, List<long>[] ticks, int unitsPerCall)
    {
        var measurement = Measurement.Of(name, callers, duration.TotalSeconds, [.. ticks.SelectMany(one => one)], unitsPerCall);
        progress.WriteLine($"  {name,-58} {callers,4} callers {measurement.PerSecond,12:n0}/s   p50 {measurement.P50,8:f3} ms   p99 {measurement.P99,8:f3} ms");
        return measurement;
    }

    /// <summary>When calls count, in ticks of the stopwatch.</summary>
    private sealed class Window(TimeSpan warmUp, TimeSpan duration)
    {
        public long Start { get; } = Stopwatch.GetTimestamp() + (long)(warmUp.TotalSeconds * Stopwatch.Frequency);

        public long End { get; } = Stopwatch.GetTimestamp() + (long)((warmUp + duration).TotalSeconds * Stopwatch.Frequency);
    }
}
