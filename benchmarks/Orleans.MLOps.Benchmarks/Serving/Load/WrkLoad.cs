using System.Globalization;
using Orleans.MLOps.Benchmarks.Load;

namespace Orleans.MLOps.Benchmarks.Serving.Load;

/// <summary>Load from wrk, on one thread.</summary>
internal sealed class WrkLoad(string folder) : IDoorLoad
{
    public string Program => "wrk";

    public async Task<LoadResult> RunAsync(Door door, int callers, TimeSpan duration)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "post.lua");
        List<string> arguments = ["-t1", $"-c{callers}", $"-d{Math.Max(1, (int)Math.Round(duration.TotalSeconds))}s", "--timeout", "30s", "-s", script, door.Uri.ToString()];
        if (door.Body.Length > 0)
        {
            var body = Path.Combine(folder, "body");
            await File.WriteAllBytesAsync(body, door.Body);
            arguments.AddRange("--", body);
        }

        var output = await Programs.RunAsync("wrk", arguments);
        var figures = output.Split('\n').Single(line => line.StartsWith("figures ", StringComparison.Ordinal))
            .Split(' ')[1..].Select(figure => double.Parse(figure, CultureInfo.InvariantCulture)).ToArray();
        var (calls, failed, microseconds) = (figures[0], figures[1], figures[2]);
        return failed > 0 || calls == 0
            ? throw new InvalidOperationException($"{door.Name}: {failed} of {calls} calls failed.")
            : new LoadResult(new Measurement(door.Name, callers, calls / microseconds * 1e6, figures[3] / 1000, figures[5] / 1000) { P95 = figures[4] / 1000 }, calls);
    }
}
