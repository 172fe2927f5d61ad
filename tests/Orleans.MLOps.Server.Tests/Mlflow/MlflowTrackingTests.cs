using System.Net;
using System.Text.Json;

namespace Orleans.MLOps.Server.Tests.Mlflow;

public sealed class MlflowTrackingTests(MlflowNode node) : IClassFixture<MlflowNode>
{
    private const string Api = MlflowNode.Api;

    [Fact]
    public async Task Get_DefaultExperiment_IsThereWithNumberZero()
    {
        var experiment = (await node.GetAsync($"{Api}/experiments/get?experiment_id=0")).GetProperty("experiment");

        Assert.Equal(("Default", "active", "mlflow-artifacts:/0"), (Text(experiment, "name"), Text(experiment, "lifecycle_stage"), Text(experiment, "artifact_location")));
    }

    [Fact]
    public async Task Create_SameNameAgain_IsRefusedAlsoWhenDeleted()
    {
        var name = node.NextName();
        var id = Text(await node.PostAsync($"{Api}/experiments/create", new { name }), "experiment_id");

        Assert.Equal((HttpStatusCode.BadRequest, "RESOURCE_ALREADY_EXISTS"), Kind(await node.RefusedAsync(HttpMethod.Post, $"{Api}/experiments/create", new { name })));
        await node.PostAsync($"{Api}/experiments/delete", new { experiment_id = id });
        Assert.Equal((HttpStatusCode.BadRequest, "RESOURCE_ALREADY_EXISTS"), Kind(await node.RefusedAsync(HttpMethod.Post, $"{Api}/experiments/create", new { name })));
        Assert.Equal("deleted", Text((await node.GetAsync($"{Api}/experiments/get-by-name?experiment_name={name}")).GetProperty("experiment"), "lifecycle_stage"));
    }

    [Fact]
    public async Task Delete_Experiment_HidesItsRunsAndRestoreBringsThemBack()
    {
        var experiment = await node.NewExperimentAsync();
        var run = await node.NewRunAsync(experiment);
        await node.PostAsync($"{Api}/experiments/delete", new { experiment_id = experiment });

        Assert.Equal("deleted", Text(await InfoAsync(run), "lifecycle_stage"));
        Assert.Empty(await SearchAsync(experiment, new { experiment_ids = new[] { experiment } }));
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), Kind(await node.RefusedAsync(HttpMethod.Post, $"{Api}/runs/set-tag", new { run_id = run, key = "a", value = "b" })));

        await node.PostAsync($"{Api}/experiments/restore", new { experiment_id = experiment });
        Assert.Equal([run], await SearchAsync(experiment, new { experiment_ids = new[] { experiment } }));
    }

    [Fact]
    public async Task LogMetric_NanAndInfinities_ComeBackAsTexts()
    {
        var run = await node.NewRunAsync();
        foreach (var (value, step) in new[] { ("NaN", 0), ("Infinity", 1), ("-Infinity", 2), ("1.5", 3) })
        {
            await node.PostAsync($"{Api}/runs/log-metric", new { run_id = run, key = "m", value, timestamp = "1700000000000", step = $"{step}" });
        }

        var points = (await node.GetAsync($"{Api}/metrics/get-history?run_id={run}&metric_key=m")).GetProperty("metrics").EnumerateArray();

        Assert.Equal(["\"NaN\"", "\"Infinity\"", "\"-Infinity\"", "1.5"], points.Select(point => point.GetProperty("value").GetRawText()));
    }

    [Fact]
    public async Task LogMetric_SamePointTwice_IsOnePoint()
    {
        var run = await node.NewRunAsync();
        var point = new { run_uuid = run, key = "m", value = 0.25, timestamp = 1_700_000_000_000, step = -3 };
        await node.PostAsync($"{Api}/runs/log-metric", point);
        await node.PostAsync($"{Api}/runs/log-metric", point);

        Assert.Equal(1, (await node.GetAsync($"{Api}/metrics/get-history?run_uuid={run}&metric_key=m")).GetProperty("metrics").GetArrayLength());
    }

    [Fact]
    public async Task GetHistory_InPages_IsOrderedByTimeAndComplete()
    {
        var run = await node.NewRunAsync();
        await node.PostAsync($"{Api}/runs/log-batch", new { run_id = run, metrics = Enumerable.Range(0, 250).Select(i => new { key = "m", value = i, timestamp = 1_700_000_000_000 + (i * 7919 % 250), step = i }) });
        var values = new List<long>();
        var token = "";
        do
        {
            var page = await node.GetAsync($"{Api}/metrics/get-history?run_id={run}&metric_key=m&max_results=40&page_token={token}");
            values.AddRange(page.GetProperty("metrics").EnumerateArray().Select(point => point.GetProperty("timestamp").GetInt64()));
            token = page.TryGetProperty("next_page_token", out var next) ? next.GetString()! : "";
        }
        while (token.Length > 0);

        Assert.Equal(250, values.Count);
        Assert.Equal(values.Order(), values);
    }

    [Fact]
    public async Task LogParam_OtherValue_IsRefusedAndTheSameIsNot()
    {
        var run = await node.NewRunAsync();
        await node.PostAsync($"{Api}/runs/log-parameter", new { run_id = run, key = "p", value = "" });
        await node.PostAsync($"{Api}/runs/log-parameter", new { run_id = run, key = "p", value = "" });

        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), Kind(await node.RefusedAsync(HttpMethod.Post, $"{Api}/runs/log-parameter", new { run_id = run, key = "p", value = "1" })));
    }

    [Fact]
    public async Task Create_RunNameAndItsTag_MirrorEachOther()
    {
        var run = await node.NewRunAsync();
        await node.PostAsync($"{Api}/runs/update", new { run_id = run, run_name = "first" });
        Assert.Equal("first", (await TagsAsync(run))["mlflow.runName"]);
        await node.PostAsync($"{Api}/runs/set-tag", new { run_id = run, key = "mlflow.runName", value = "second" });
        Assert.Equal("second", Text(await InfoAsync(run), "run_name"));
        var other = new { experiment_id = "0", run_name = "a", tags = new[] { new { key = "mlflow.runName", value = "b" } } };
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), Kind(await node.RefusedAsync(HttpMethod.Post, $"{Api}/runs/create", other)));
    }

    [Fact]
    public async Task Update_FinishedRun_CanBeResumedAndLoggedTo()
    {
        var run = await node.NewRunAsync();
        await node.PostAsync($"{Api}/runs/update", new { run_id = run, status = "FINISHED", end_time = 1_700_000_001_000 });
        await node.PostAsync($"{Api}/runs/log-metric", new { run_id = run, key = "late", value = 1, timestamp = 1 });
        var info = (await node.PostAsync($"{Api}/runs/update", new { run_id = run, status = "RUNNING" })).GetProperty("run_info");

        Assert.Equal("RUNNING", Text(info, "status"));
        Assert.False(info.TryGetProperty("end_time", out _));
    }

    [Fact]
    public async Task LogInputs_SameDatasetTwice_IsListedOnceWithItsContext()
    {
        var run = await node.NewRunAsync();
        var inputs = new
        {
            run_id = run,
            datasets = new[] { new { tags = new[] { new { key = "mlflow.data.context", value = "training" } }, dataset = new { name = "d", digest = "abc", source_type = "local", source = "{}" } } },
        };
        await node.PostAsync($"{Api}/runs/log-inputs", inputs);
        await node.PostAsync($"{Api}/runs/log-inputs", inputs);

        var dataset = Assert.Single((await node.GetAsync($"{Api}/runs/get?run_id={run}")).GetProperty("run").GetProperty("inputs").GetProperty("dataset_inputs").EnumerateArray());
        Assert.Equal(("d", "training"), (Text(dataset.GetProperty("dataset"), "name"), Text(dataset.GetProperty("tags")[0], "value")));
    }

    [Fact]
    public async Task SearchDatasets_OfExperiments_NamesWhatActiveRunsUsedOnce()
    {
        var experiment = await node.NewExperimentAsync();
        var runs = new[] { await node.NewRunAsync(experiment), await node.NewRunAsync(experiment), await node.NewRunAsync(experiment) };
        await UseAsync(runs[0], "b", "training");
        await UseAsync(runs[1], "b", "training");
        await UseAsync(runs[1], "a", null);
        await UseAsync(runs[2], "of a deleted run", "training");
        await node.PostAsync($"{Api}/runs/delete", new { run_id = runs[2] });

        Assert.Equal([$"{experiment}|a|1|", $"{experiment}|b|1|training"], await AskAsync([experiment, "0"]));
        Assert.Empty(await AskAsync(["0"]));
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), Kind(await node.RefusedAsync(HttpMethod.Post, $"{Api}/experiments/search-datasets", new { })));
        var many = new { experiment_ids = Enumerable.Range(0, 21).Select(i => $"{i}") };
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), Kind(await node.RefusedAsync(HttpMethod.Post, $"{Api}/experiments/search-datasets", many)));

        async Task UseAsync(string run, string name, string? context)
        {
            var tags = context is null ? [] : new[] { new { key = "mlflow.data.context", value = context } };
            await node.PostAsync($"{Api}/runs/log-inputs", new { run_id = run, datasets = new[] { new { tags, dataset = new { name, digest = "1", source_type = "local", source = "{}" } } } });
        }

        async Task<string[]> AskAsync(string[] ids)
        {
            var answer = await node.PostAsync($"{Api.Replace("/api", "/ajax-api", StringComparison.Ordinal)}/experiments/search-datasets", new { experiment_ids = ids });
            return answer.TryGetProperty("dataset_summaries", out var found)
                ? [.. found.EnumerateArray().Select(used => $"{Text(used, "experiment_id")}|{Text(used, "name")}|{Text(used, "digest")}|{(used.TryGetProperty("context", out var context) ? context.GetString() : "")}")]
                : [];
        }
    }

    [Fact]
    public async Task LoggedModel_FromPendingToReady_CarriesParamsTagsMetricsAndFiles()
    {
        var experiment = await node.NewExperimentAsync();
        var run = await node.NewRunAsync(experiment);
        var model = (await node.PostAsync($"{Api}/logged-models", new { experiment_id = experiment, name = "net", source_run_id = run, @params = new[] { new { key = "p", value = "1" } } })).GetProperty("model").GetProperty("info");
        var id = Text(model, "model_id");
        Assert.Equal("LOGGED_MODEL_PENDING", Text(model, "status"));

        await node.PostAsync($"{Api}/runs/log-metric", new { run_id = run, key = "auc", value = 0.9, timestamp = 5, model_id = id, dataset_name = "holdout", dataset_digest = "1" });
        await node.PostAsync($"{Api}/runs/outputs", new { run_id = run, models = new[] { new { model_id = id, step = 7 } } });
        using (var put = await node.Http.PutAsync(new Uri(node.Node.HttpAddress, $"{MlflowNode.Artifacts}/{experiment}/models/{id}/artifacts/MLmodel"), new StringContent("flavor"), TestContext.Current.CancellationToken))
        {
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        }

        var (status, ready) = await node.SendAsync(HttpMethod.Patch, $"{Api}/logged-models/{id}", """{"status":"LOGGED_MODEL_READY"}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("LOGGED_MODEL_READY", Text(ready.GetProperty("model").GetProperty("info"), "status"));
        Assert.Equal("holdout", Text(ready.GetProperty("model").GetProperty("data").GetProperty("metrics")[0], "dataset_name"));
        Assert.Equal("MLmodel", Text((await node.GetAsync($"{Api}/logged-models/{id}/artifacts/directories")).GetProperty("files")[0], "path"));
        Assert.Equal(7, (await node.GetAsync($"{Api}/runs/get?run_id={run}")).GetProperty("run").GetProperty("outputs").GetProperty("model_outputs")[0].GetProperty("step").GetInt64());
        var found = await node.PostAsync($"{Api}/logged-models/search", new { experiment_ids = new[] { experiment }, filter = "metrics.auc > 0.5 AND params.p = '1'" });
        Assert.Equal(id, Text(found.GetProperty("models")[0].GetProperty("info"), "model_id"));
        await node.SendAsync(HttpMethod.Delete, $"{Api}/logged-models/{id}");
        Assert.Equal((HttpStatusCode.NotFound, "RESOURCE_DOES_NOT_EXIST"), Kind(await node.RefusedAsync(HttpMethod.Get, $"{Api}/logged-models/{id}")));
        Assert.Equal(id, Text((await node.GetAsync($"{Api}/logged-models/{id}?allow_deleted=true")).GetProperty("model").GetProperty("info"), "model_id"));
    }

    [Fact]
    public async Task Ajax_SamePaths_AnswerAlike()
    {
        var run = await node.NewRunAsync();

        Assert.Equal((await node.GetAsync($"{Api}/runs/get?run_id={run}")).GetRawText(), (await node.GetAsync($"/ajax-api/2.0/mlflow/runs/get?run_id={run}")).GetRawText());
    }

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;

    private static (HttpStatusCode, string) Kind((HttpStatusCode Status, string Code, string Message) refusal) => (refusal.Status, refusal.Code);

    private async Task<JsonElement> InfoAsync(string run) => (await node.GetAsync($"{Api}/runs/get?run_id={run}")).GetProperty("run").GetProperty("info");

    private async Task<Dictionary<string, string>> TagsAsync(string run) => (await node.GetAsync($"{Api}/runs/get?run_id={run}"))
        .GetProperty("run").GetProperty("data").GetProperty("tags").EnumerateArray().ToDictionary(tag => Text(tag, "key"), tag => Text(tag, "value"));

    private async Task<string[]> SearchAsync(string experiment, object query)
    {
        Assert.NotEmpty(experiment);
        var page = await node.PostAsync($"{Api}/runs/search", query);
        return page.TryGetProperty("runs", out var runs) ? [.. runs.EnumerateArray().Select(run => Text(run.GetProperty("info"), "run_id"))] : [];
    }
}
