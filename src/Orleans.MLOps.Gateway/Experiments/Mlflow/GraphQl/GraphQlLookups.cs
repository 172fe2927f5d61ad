using System.Text.Json;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow.GraphQl;

/// <summary>Experiments and model versions of the runs in an answer; each is asked for once, and versions for many runs at a time.</summary>
internal sealed class GraphQlLookups(GraphQlRequest request, GraphQlLookupRoutes routes)
{
    private const int RunsAtATime = 100;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _expected = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task<object?>> _experiments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task<ILookup<string, JsonElement>>> _versions = new(StringComparer.Ordinal);

    /// <summary>Notes the runs of a list, so that they are asked for together.</summary>
    public void Expect(JsonElement answer)
    {
        if (!answer.TryGetProperty("runs", out var runs))
        {
            return;
        }

        lock (_lock)
        {
            _expected.UnionWith(runs.EnumerateArray().Select(run => Info(run, "run_id")));
        }
    }

    public Task<object?> ExperimentAsync(JsonElement run)
    {
        var id = Info(run, "experiment_id");
        lock (_lock)
        {
            return _experiments.TryGetValue(id, out var known) ? known : _experiments[id] = LoadExperimentAsync(id);
        }
    }

    public async Task<object?> VersionsAsync(JsonElement run)
    {
        var id = Info(run, "run_id");
        Task<ILookup<string, JsonElement>> all;
        lock (_lock)
        {
            all = _versions.TryGetValue(id, out var known) ? known : Together(id);
        }

        return (await all.ConfigureAwait(false))[id].Select(version => (object)version).ToArray();
    }

    private static string Info(JsonElement run, string name) => run.GetProperty("info").GetProperty(name).GetString()!;

    private Task<ILookup<string, JsonElement>> Together(string id)
    {
        _expected.Add(id);
        string[] ids = [id, .. _expected.Where(other => other != id).Take(RunsAtATime - 1)];
        var loading = LoadVersionsAsync(ids);
        foreach (var one in ids)
        {
            _expected.Remove(one);
            _versions[one] = loading;
        }

        return loading;
    }

    private async Task<object?> LoadExperimentAsync(string id) =>
        (await request.AskAsync(routes.Experiment, JsonSerializer.SerializeToElement(new { experiment_id = id })).ConfigureAwait(false)).GetProperty("experiment");

    private async Task<ILookup<string, JsonElement>> LoadVersionsAsync(string[] runs)
    {
        var filter = $"run_id IN ({string.Join(", ", runs.Select(FilterText.Value))})";
        var found = new List<JsonElement>();
        string? token = null;
        do
        {
            var page = await request.AskAsync(routes.Versions, JsonSerializer.SerializeToElement(new { filter, page_token = token })).ConfigureAwait(false);
            if (page.TryGetProperty("model_versions", out var versions))
            {
                request.Count(versions.GetArrayLength());
                found.AddRange(versions.EnumerateArray());
            }

            token = page.TryGetProperty("next_page_token", out var next) ? next.GetString() : null;
        }
        while (token is not null);
        return found.ToLookup(version => version.GetProperty("run_id").GetString()!);
    }
}
