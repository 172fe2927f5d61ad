using System.Text;
using System.Text.Json;

namespace Orleans.MLOps.Server.Tests.Mlflow;

/// <summary>A store with something of everything, and a picture of all that it holds.</summary>
internal sealed class FuzzStore
{
    private const string Api = MlflowNode.Api;

    private readonly MlflowNode _node;

    private FuzzStore(MlflowNode node) => _node = node;

    public required string Experiment { get; init; }

    public required string Deleted { get; init; }

    public required string Run { get; init; }

    public required string DeletedRun { get; init; }

    public required string Model { get; init; }

    public required string Registered { get; init; }

    public static async Task<FuzzStore> CreateAsync(MlflowNode node)
    {
        var (experiment, deleted) = (await node.NewExperimentAsync(), await node.NewExperimentAsync());
        var (run, deletedRun) = (await node.NewRunAsync(experiment), await node.NewRunAsync(experiment));
        var model = (await node.PostAsync($"{Api}/logged-models", new { experiment_id = experiment, name = "net", source_run_id = run, @params = new[] { new { key = "p", value = "1" } } }))
            .GetProperty("model").GetProperty("info").GetProperty("model_id").GetString()!;
        var store = new FuzzStore(node) { Experiment = experiment, Deleted = deleted, Run = run, DeletedRun = deletedRun, Model = model, Registered = node.NextName() };
        object[] pairs = [new { key = "p", value = "1" }, new { key = "k", value = "v" }];
        await node.PostAsync($"{Api}/experiments/set-experiment-tag", new { experiment_id = experiment, key = "k", value = "v" });
        await node.PostAsync($"{Api}/experiments/delete", new { experiment_id = deleted });
        await node.PostAsync($"{Api}/runs/delete", new { run_id = deletedRun });
        await node.PostAsync($"{Api}/runs/log-batch", new { run_id = run, @params = pairs, tags = pairs, metrics = new[] { new { key = "m", value = 1.5, timestamp = 1, step = 2 } } });
        await node.PostAsync($"{Api}/runs/log-inputs", new { run_id = run, datasets = new[] { new { dataset = new { name = "d", digest = "1", source_type = "local", source = "s" } } } });
        await node.PostAsync($"{Api}/runs/outputs", new { run_id = run, models = new[] { new { model_id = model, step = 1 } } });
        await node.PostAsync($"{Api}/registered-models/create", new { name = store.Registered, tags = pairs });
        await node.PostAsync($"{Api}/model-versions/create", new { name = store.Registered, source = $"runs:/{run}/folder", run_id = run, tags = pairs });
        await node.PostAsync($"{Api}/registered-models/alias", new { name = store.Registered, alias = "champion", version = "1" });
        using var content = new StringContent("text");
        using var put = await node.Http.PutAsync(new Uri(node.Node.HttpAddress, $"{MlflowNode.Artifacts}/{experiment}/{run}/artifacts/folder/file.txt"), content, TestContext.Current.CancellationToken);
        put.EnsureSuccessStatusCode();
        return store;
    }

    /// <summary>All that the door tells of the store, as one text.</summary>
    public async Task<string> PictureAsync()
    {
        var picture = new StringBuilder();
        var all = new { view_type = "ALL", max_results = 50_000, order_by = new[] { "experiment_id ASC" } };
        var experiments = await AddAsync(HttpMethod.Post, "experiments/search", all);
        var ids = experiments.GetProperty("experiments").EnumerateArray().Select(item => item.GetProperty("experiment_id").GetString()).ToArray();
        await AddAsync(HttpMethod.Post, "runs/search", new { experiment_ids = ids, run_view_type = "ALL", max_results = 50_000, order_by = new[] { "run_id ASC" } });
        await AddAsync(HttpMethod.Post, "logged-models/search", new { experiment_ids = ids, max_results = 1000 });
        await AddAsync(HttpMethod.Get, "registered-models/search?max_results=1000");
        await AddAsync(HttpMethod.Get, "model-versions/search?max_results=1000");
        await AddAsync(HttpMethod.Get, $"metrics/get-history?run_id={Run}&metric_key=m");
        await AddAsync(HttpMethod.Get, $"metrics/get-history?run_id={Run}&metric_key=fuzz");
        await AddAsync(HttpMethod.Get, $"artifacts/list?run_id={Run}");
        await AddAsync(HttpMethod.Get, $"artifacts/list?run_id={Run}&path=folder");
        await AddAsync(HttpMethod.Get, $"logged-models/{Model}/artifacts/directories");
        return picture.ToString();

        async Task<JsonElement> AddAsync(HttpMethod method, string path, object? body = null)
        {
            var (status, answer) = await _node.SendAsync(method, $"{Api}/{path}", body is null ? null : JsonSerializer.Serialize(body));
            Assert.True((int)status == 200 && !answer.TryGetProperty("next_page_token", out _), $"{path}: {answer}");
            picture.Append(path).Append(' ').AppendLine(answer.GetRawText());
            return answer;
        }
    }
}
