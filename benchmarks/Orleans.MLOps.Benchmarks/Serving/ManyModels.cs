using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>Many small models in one silo, each with a file of its own.</summary>
/// <param name="Models">How many.</param>
/// <param name="Before">Resident megabytes of the node before it had any.</param>
/// <param name="After">Resident megabytes when all had been registered, deployed, loaded and asked.</param>
/// <param name="Served">How long the folder took to be served.</param>
/// <param name="Loaded">How long the first answer of each took, one after the other.</param>
internal sealed record ManyModels(int Models, double Before, double After, TimeSpan Served, TimeSpan Loaded)
{
    private const byte DocumentationField = 0x32;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public static async Task<ManyModels> RunAsync(ServingPlan plan, string folder, TextWriter progress)
    {
        var models = Directory.CreateDirectory(Path.Combine(folder, "many")).FullName;
        await using var node = await ServerProcess.StartNodeAsync(Path.Combine(folder, "many-data"), models);
        using var http = new HttpClient { BaseAddress = node.Http };
        await Task.Delay(TimeSpan.FromSeconds(1));
        var before = node.Memory;
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < plan.Models; i++)
        {
            Copy(Name(i), models);
        }

        while (await CountAsync(http) < plan.Models)
        {
            await Task.Delay(200);
            if (clock.Elapsed > Longest)
            {
                throw new TimeoutException($"{await CountAsync(http)} of {plan.Models} models are served after {Longest}.");
            }
        }

        var served = clock.Elapsed;
        for (var i = 0; i < plan.Models; i++)
        {
            using var body = new ByteArrayContent(MlpRequest.OpenRest);
            using var reply = await http.PostAsync($"/v2/models/{Name(i)}/infer", body);
            reply.EnsureSuccessStatusCode();
        }

        var result = new ManyModels(plan.Models, before, node.Memory, served, clock.Elapsed - served);
        await progress.WriteLineAsync($"  {result.Models} models: {result.Before:f0} -> {result.After:f0} MB, served after {served.TotalSeconds:f1} s, loaded in {result.Loaded.TotalSeconds:f1} s");
        return result;
    }

    private static string Name(int number) => $"{MlpRequest.Model}-{number}";

    /// <summary>The sample with a documentation of its own, so that no two files are the same.</summary>
    private static void Copy(string name, string models)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(models, name, "1")).FullName, "model.onnx");
        var text = Encoding.ASCII.GetBytes(name);
        File.WriteAllBytes(file, [.. File.ReadAllBytes(MlpRequest.File), DocumentationField, (byte)text.Length, .. text]);
    }

    private static async Task<int> CountAsync(HttpClient http) =>
        JsonElement.Parse(await http.GetByteArrayAsync("/v2/models")).GetProperty("models").GetArrayLength();
}
