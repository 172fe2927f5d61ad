using System.Diagnostics;
using Orleans.MLOps.Benchmarks.Reporting;
using Orleans.MLOps.Benchmarks.Serving.Load;

namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>Tensors through every door of a node, beside a host written by hand, and what many models and their loading cost.</summary>
internal static class ServingBenchmarks
{
    public const string Usage = "serving [ladder|batching|loading|switching|telemetry|cycles|models|smoke] [FILE]";

    private const string Smoke = "smoke";
    private static readonly string[] Parts = ["ladder", "batching", "loading", "switching", "telemetry", "cycles", "models"];

    /// <param name="arguments">A part, or that it shall only be shown to run; a file.</param>
    /// <param name="progress">Where every case is told as it comes.</param>
    public static async Task<int> RunAsync(string[] arguments, TextWriter progress)
    {
        var word = arguments.FirstOrDefault() is { } first && (first == Smoke || Parts.Contains(first)) ? first : null;
        var file = arguments.ElementAtOrDefault(word is null ? 0 : 1) ?? (word is null ? Path.Combine("benchmarks", "results", "serving.md") : null);
        if (!File.Exists(MlpRequest.File))
        {
            await Console.Error.WriteLineAsync($"{MlpRequest.File} is not here: start the benchmarks in the repository's root.");
            return 1;
        }

        var machine = new MachineFacts();
        var folder = Directory.CreateTempSubdirectory("mlops-benchmarks-");
        try
        {
            var results = await RunAsync(word == Smoke ? ServingPlan.Smoke : ServingPlan.Full, Parts.Contains(word) ? [word!] : Parts, folder.FullName, progress);
            var page = ServingMarkdown.Write(results, machine);
            if (file is null)
            {
                await progress.WriteLineAsync(page);
                return 0;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            await File.WriteAllTextAsync(file, page);
            await progress.WriteLineAsync($"Wrote {file} after {results.Took.TotalSeconds:f0} s");
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<ServingResults> RunAsync(ServingPlan plan, string[] parts, string folder, TextWriter progress)
    {
        var clock = Stopwatch.StartNew();
        var loads = new DoorLoads(folder);
        var results = new ServingResults { Generators = loads.Describe };
        if (parts.Contains("ladder"))
        {
            await progress.WriteLineAsync("In one process");
            results = results with { Rows = await HostedLadder.RunAsync(plan, Path.Combine(folder, "hosted"), progress) };
        }

        if (parts.Intersect(["ladder", "batching", "loading", "switching"]).Any())
        {
            await using var node = await ServerProcess.StartNodeAsync(Path.Combine(folder, "node"), MlpRequest.Folder);
            await node.AnswersAsync($"/v2/models/{MlpRequest.Model}/ready");
            if (parts.Contains("ladder"))
            {
                await progress.WriteLineAsync("Over TCP");
                results = results with { Rows = [.. results.Rows, .. await TcpLadder.RunAsync(plan, node, progress)] };
                await progress.WriteLineAsync("Through the doors, and the peer's");
                await using var peer = await ServerProcess.StartPeerAsync(MlpRequest.Model, Path.GetFullPath(MlpRequest.File));
                results = results with { Rows = [.. results.Rows, .. await DoorLadder.RunAsync(plan, node, peer, loads, progress)] };
            }

            if (parts.Contains("batching"))
            {
                await progress.WriteLineAsync("Larger models, without and with batches");
                results = results with { Batching = await Batching.RunAsync(plan, node, loads, progress) };
            }

            if (parts.Contains("loading"))
            {
                await progress.WriteLineAsync("Beside the loading of another model");
                results = results with { Loading = await LoadingBeside.RunAsync(plan, node, loads, progress) };
            }

            if (parts.Contains("switching"))
            {
                await progress.WriteLineAsync("While versions switch");
                results = results with { Switching = await Switching.RunAsync(plan, node, progress) };
            }
        }

        if (parts.Contains("telemetry"))
        {
            await progress.WriteLineAsync("With and without metrics");
            results = results with { Telemetry = await Telemetry.RunAsync(plan, folder, loads, progress) };
        }

        if (parts.Contains("cycles"))
        {
            await progress.WriteLineAsync("Load and unload");
            results = results with { Cycles = await LoadCycles.RunAsync(plan, folder, progress) };
        }

        if (parts.Contains("models"))
        {
            await progress.WriteLineAsync("Many models");
            results = results with { Models = await ManyModels.RunAsync(plan, folder, progress) };
        }

        return results with { Took = clock.Elapsed };
    }
}
