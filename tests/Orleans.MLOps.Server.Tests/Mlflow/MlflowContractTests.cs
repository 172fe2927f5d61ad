using System.Net;
using System.Text.Json;

namespace Orleans.MLOps.Server.Tests.Mlflow;

/// <summary>The finer points of MLflow's contract: enums, texts of refusals, keys.</summary>
public sealed class MlflowContractTests(MlflowNode node) : IClassFixture<MlflowNode>
{
    private const string Api = MlflowNode.Api;
    private const string Invalid = "INVALID_PARAMETER_VALUE";

    [Theory]
    [InlineData(1, "RUNNING")]
    [InlineData(2, "SCHEDULED")]
    [InlineData(3, "FINISHED")]
    [InlineData(4, "FAILED")]
    [InlineData(5, "KILLED")]
    public async Task Update_StatusAsNumberTextOrName_MeansTheSame(int number, string name)
    {
        foreach (var status in new object[] { number, $"{number}", name })
        {
            var run = await node.NewRunAsync("0");

            Assert.Equal(name, Text((await node.PostAsync($"{Api}/runs/update", new { run_id = run, status })).GetProperty("run_info"), "status"));
        }
    }

    [Fact]
    public async Task Search_ViewAsNumber_MeansWhatItsNameMeans()
    {
        var experiment = await node.NewExperimentAsync();
        var (active, deleted) = (await node.NewRunAsync(experiment), await node.NewRunAsync(experiment));
        await node.PostAsync($"{Api}/runs/delete", new { run_id = deleted });

        Assert.Equal([active], await RunsAsync(1));
        Assert.Equal([deleted], await RunsAsync(2));
        Assert.Equal(new[] { active, deleted }.Order(), (await RunsAsync(3)).Order());

        await node.PostAsync($"{Api}/experiments/delete", new { experiment_id = experiment });
        var found = (await node.PostAsync($"{Api}/experiments/search", new { view_type = 2, max_results = 1000 })).GetProperty("experiments").EnumerateArray().ToArray();
        Assert.Contains(experiment, found.Select(item => Text(item, "experiment_id")));
        Assert.All(found, item => Assert.Equal("deleted", Text(item, "lifecycle_stage")));

        async Task<string[]> RunsAsync(int view) =>
        [
            .. (await node.PostAsync($"{Api}/runs/search", new { experiment_ids = new[] { experiment }, run_view_type = view }))
                .GetProperty("runs").EnumerateArray().Select(run => Text(run.GetProperty("info"), "run_id")),
        ];
    }

    [Fact]
    public async Task Patch_LoggedModelStatusAsNumber_MeansWhatItsNameMeans()
    {
        var id = Text((await node.PostAsync($"{Api}/logged-models", new { experiment_id = "0", name = "net" })).GetProperty("model").GetProperty("info"), "model_id");
        foreach (var (number, name) in new[] { (2, "LOGGED_MODEL_READY"), (3, "LOGGED_MODEL_UPLOAD_FAILED"), (1, "LOGGED_MODEL_PENDING") })
        {
            var (status, answer) = await node.SendAsync(HttpMethod.Patch, $"{Api}/logged-models/{id}", $$"""{"status":{{number}}}""");

            Assert.Equal((HttpStatusCode.OK, name), (status, Text(answer.GetProperty("model").GetProperty("info"), "status")));
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("6")]
    [InlineData("-3")]
    [InlineData("1.5")]
    [InlineData("1e300")]
    [InlineData("\"DONE\"")]
    [InlineData("true")]
    [InlineData("[3]")]
    public async Task Update_StatusOutsideTheEnum_IsRefused(string status)
    {
        var run = await node.NewRunAsync("0");

        var (code, answer) = await node.SendAsync(HttpMethod.Post, $"{Api}/runs/update", $$"""{"run_id":"{{run}}","status":{{status}}}""");

        Assert.Equal((HttpStatusCode.BadRequest, Invalid), (code, Text(answer, "error_code")));
    }

    [Fact]
    public async Task LogParam_OtherValue_IsRefusedInMlflowsWords()
    {
        var run = await node.NewRunAsync("0");
        await node.PostAsync($"{Api}/runs/log-parameter", new { run_id = run, key = "depth", value = "3" });

        var refusal = await node.RefusedAsync(HttpMethod.Post, $"{Api}/runs/log-parameter", new { run_id = run, key = "depth", value = "4" });

        Assert.Equal((HttpStatusCode.BadRequest, Invalid), (refusal.Status, refusal.Code));
        Assert.StartsWith("Changing param values is not allowed. ", refusal.Message, StringComparison.Ordinal);
        Assert.All(["'depth'", "'3'", "'4'"], part => Assert.Contains(part, refusal.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SetTag_DeletedRun_IsRefusedInMlflowsWords()
    {
        var experiment = await node.NewExperimentAsync();
        var run = await node.NewRunAsync(experiment);
        var text = $"The run {run} must be in the 'active' state. Current state is deleted.";
        await node.PostAsync($"{Api}/runs/delete", new { run_id = run });
        Assert.Equal((HttpStatusCode.BadRequest, Invalid, text), await SetAsync());

        await node.PostAsync($"{Api}/runs/restore", new { run_id = run });
        await node.PostAsync($"{Api}/experiments/delete", new { experiment_id = experiment });
        Assert.Equal((HttpStatusCode.BadRequest, Invalid, $"{text} Its experiment {experiment} is deleted."), await SetAsync());

        Task<(HttpStatusCode, string, string)> SetAsync() => node.RefusedAsync(HttpMethod.Post, $"{Api}/runs/set-tag", new { run_id = run, key = "a", value = "b" });
    }

    [Fact]
    public async Task Update_DeletedExperiment_IsAnInvalidStateThatNoClientRepeats()
    {
        var experiment = await node.NewExperimentAsync();
        await node.PostAsync($"{Api}/experiments/delete", new { experiment_id = experiment });

        var refusal = await node.RefusedAsync(HttpMethod.Post, $"{Api}/experiments/update", new { experiment_id = experiment, new_name = node.NextName() });

        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_STATE"), (refusal.Status, refusal.Code));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/absolute")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a\\b")]
    [InlineData("a,b")]
    [InlineData("a?b")]
    [InlineData("a\tb")]
    [InlineData("\ud83d\ude00")]
    [InlineData(251)]
    public async Task Log_KeyThatIsNoNameOrNoUniquePath_IsRefusedByEveryRoute(object given)
    {
        var key = given as string ?? new string('k', (int)given);
        var experiment = await node.NewExperimentAsync();
        var run = await node.NewRunAsync(experiment);
        object[] good = [new { key = "good", value = "1", timestamp = 1 }];
        object[] bad = [.. good, new { key, value = "1", timestamp = 1 }];
        var before = (await node.GetAsync($"{Api}/runs/get?run_id={run}")).GetRawText();

        await RefusedAsync("runs/log-metric", new { run_id = run, key, value = 1, timestamp = 1 }, "'key'");
        await RefusedAsync("runs/log-parameter", new { run_id = run, key, value = "1" }, "'key'");
        await RefusedAsync("runs/set-tag", new { run_id = run, key, value = "1" }, "'key'");
        await RefusedAsync("runs/log-batch", new { run_id = run, metrics = bad }, "'metrics[1].key'");
        await RefusedAsync("runs/log-batch", new { run_id = run, metrics = good, @params = bad }, "'params[1].key'");
        await RefusedAsync("runs/log-batch", new { run_id = run, metrics = good, tags = bad }, "'tags[1].key'");
        await RefusedAsync("runs/create", new { experiment_id = experiment, tags = bad }, "'tags[1].key'");
        await RefusedAsync("experiments/create", new { name = node.NextName(), tags = bad }, "'tags[1].key'");
        await RefusedAsync("experiments/set-experiment-tag", new { experiment_id = experiment, key, value = "1" }, "'key'");
        Assert.Equal(before, (await node.GetAsync($"{Api}/runs/get?run_id={run}")).GetRawText());

        async Task RefusedAsync(string path, object body, string place)
        {
            var refusal = await node.RefusedAsync(HttpMethod.Post, $"{Api}/{path}", body);
            Assert.Equal((HttpStatusCode.BadRequest, Invalid), (refusal.Status, refusal.Code));
            Assert.Contains(place, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("val/loss")]
    [InlineData("a b-c_d.e:f/g 1")]
    [InlineData("größe²")]
    [InlineData("हिन्दी")]
    [InlineData("損失")]
    [InlineData("..a/.b/c..")]
    [InlineData(250)]
    public async Task Log_KeyThatIsAName_IsKept(object given)
    {
        var key = given as string ?? new string('k', (int)given);
        var run = await node.NewRunAsync("0");
        object[] entries = [new { key, value = "1", timestamp = 1 }];

        await node.PostAsync($"{Api}/runs/log-batch", new { run_id = run, metrics = entries, @params = entries, tags = entries });

        var data = (await node.GetAsync($"{Api}/runs/get?run_id={run}")).GetProperty("run").GetProperty("data");
        Assert.All(["metrics", "params", "tags"], kind => Assert.Contains(key, data.GetProperty(kind).EnumerateArray().Select(item => Text(item, "key"))));
    }

    [Fact]
    public async Task GetHistory_MorePointsThanAPageWithoutPageSize_IsWholeAndInOrder()
    {
        const int Batches = 26;
        const int BatchSize = 1000;
        var run = await node.NewRunAsync("0");
        for (var batch = Batches - 1; batch >= 0; batch--)
        {
            var metrics = Enumerable.Range(batch * BatchSize, BatchSize).Select(step => new { key = "m", value = step, timestamp = step, step });
            await node.PostAsync($"{Api}/runs/log-batch", new { run_id = run, metrics });
        }

        var answer = await node.GetAsync($"{Api}/metrics/get-history?run_id={run}&metric_key=m");

        Assert.Equal(Enumerable.Range(0, Batches * BatchSize), answer.GetProperty("metrics").EnumerateArray().Select(point => point.GetProperty("step").GetInt32()));
        Assert.False(answer.TryGetProperty("next_page_token", out _));
    }

    [Fact]
    public async Task LogModel_ManyAtOnce_KeepsEveryEntry()
    {
        const int Calls = 16;
        var run = await node.NewRunAsync("0");

        await Task.WhenAll(Enumerable.Range(0, Calls).Select(i => node.PostAsync(
            $"{Api}/runs/log-model",
            new { run_id = run, model_json = JsonSerializer.Serialize(new { artifact_path = $"model-{i}", flavors = new { }, utc_time_created = "2026-01-01", run_id = run }) })));

        var tag = (await node.GetAsync($"{Api}/runs/get?run_id={run}")).GetProperty("run").GetProperty("data").GetProperty("tags").EnumerateArray()
            .Single(item => Text(item, "key") == "mlflow.log-model.history");
        Assert.Equal(
            Enumerable.Range(0, Calls).Select(i => $"model-{i}").Order(StringComparer.Ordinal),
            JsonElement.Parse(Text(tag, "value")).EnumerateArray().Select(entry => Text(entry, "artifact_path")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task SearchLoggedModels_WithoutExperiments_IsRefused()
    {
        foreach (var body in new object[] { new { }, new { experiment_ids = Array.Empty<string>(), filter = "name = 'net'" } })
        {
            var refusal = await node.RefusedAsync(HttpMethod.Post, $"{Api}/logged-models/search", body);

            Assert.Equal((HttpStatusCode.BadRequest, Invalid), (refusal.Status, refusal.Code));
            Assert.StartsWith("Missing value for required parameter 'experiment_ids'.", refusal.Message, StringComparison.Ordinal);
        }
    }

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;
}
