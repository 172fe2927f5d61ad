using System.Net;
using System.Text.Json;

namespace Orleans.MLOps.Server.Tests.Mlflow;

/// <summary>Routes that clients use seldom.</summary>
public sealed class MlflowRouteTests(MlflowNode node) : IClassFixture<MlflowNode>
{
    private const string Api = MlflowNode.Api;

    [Fact]
    public async Task Patch_TagsOfALoggedModel_SetsThoseAndKeepsOthers()
    {
        var id = await NewModelAsync();
        await PatchAsync(new { key = "a", value = "1" }, new { key = "b", value = "2" });
        var (status, answer) = await PatchAsync(new { key = "b", value = "größer" });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal([("a", "1"), ("b", "größer")], Pairs(answer.GetProperty("model").GetProperty("info").GetProperty("tags")));
        Assert.Equal([("a", "1"), ("b", "größer")], Pairs((await ModelAsync(id)).GetProperty("info").GetProperty("tags")));

        Task<(HttpStatusCode, JsonElement)> PatchAsync(params object[] tags) =>
            node.SendAsync(HttpMethod.Patch, $"{Api}/logged-models/{id}/tags", JsonSerializer.Serialize(new { tags }));
    }

    [Theory]
    [InlineData("größe", "gr%C3%B6%C3%9Fe")]
    [InlineData("a b/c", "a%20b%2Fc")]
    [InlineData("a b/c", "a%20b/c")]
    [InlineData("a%2Fb", "a%252Fb")]
    public async Task Delete_TagOfALoggedModel_TakesThatOne(string key, string inPath)
    {
        var id = await NewModelAsync();
        await node.SendAsync(HttpMethod.Patch, $"{Api}/logged-models/{id}/tags", JsonSerializer.Serialize(new { tags = new[] { new { key, value = "1" }, new { key = "kept", value = "2" } } }));

        var (status, answer) = await node.SendAsync(HttpMethod.Delete, $"{Api}/logged-models/{id}/tags/{inPath}");

        Assert.Equal((HttpStatusCode.OK, "{}"), (status, answer.GetRawText()));
        Assert.Equal([("kept", "2")], Pairs((await ModelAsync(id)).GetProperty("info").GetProperty("tags")));
    }

    [Fact]
    public async Task Post_ParamsOfALoggedModel_AreWrittenOnce()
    {
        var id = await NewModelAsync();
        var path = $"{Api}/logged-models/{id}/params";
        var answer = await node.PostAsync(path, new { @params = new[] { new { key = "a", value = "1" }, new { key = "b", value = "2" } } });
        await node.PostAsync(path, new { @params = new[] { new { key = "b", value = "2" }, new { key = "c", value = "3" } } });
        var refusal = await node.RefusedAsync(HttpMethod.Post, path, new { @params = new[] { new { key = "a", value = "other" }, new { key = "d", value = "4" } } });

        Assert.Equal("{}", answer.GetRawText());
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), (refusal.Status, refusal.Code));
        Assert.Equal([("a", "1"), ("b", "2"), ("c", "3")], Pairs((await ModelAsync(id)).GetProperty("data").GetProperty("params")));
    }

    [Fact]
    public async Task Get_LoggedModel_NamesItsRegistrations()
    {
        var id = await NewModelAsync();
        Assert.False((await ModelAsync(id)).GetProperty("info").TryGetProperty("registrations", out _));
        var name = node.NextName();
        await node.PostAsync($"{Api}/registered-models/create", new { name });
        await node.PostAsync($"{Api}/model-versions/create", new { name, source = $"models:/{id}", model_id = id });
        await node.PostAsync($"{Api}/model-versions/create", new { name, source = "s3://elsewhere" });
        await node.PostAsync($"{Api}/model-versions/create", new { name, source = $"models:/{id}", model_id = id });

        var found = (await node.PostAsync($"{Api}/logged-models/search", new { experiment_ids = new[] { "0" }, filter = $"model_id = '{id}'" })).GetProperty("models")[0];
        foreach (var model in new[] { await ModelAsync(id), found })
        {
            Assert.Equal([(name, "1"), (name, "3")], model.GetProperty("info").GetProperty("registrations").EnumerateArray().Select(item => (Text(item, "name"), Text(item, "version"))));
        }
    }

    [Theory]
    [InlineData("POST", "mpu/create/1/x")]
    [InlineData("POST", "mpu/complete/1/x")]
    [InlineData("POST", "mpu/abort/1/x")]
    [InlineData("GET", "presigned/1/x")]
    public async Task PartsOfFiles_AreNotImplementedInTheWordsThatClientsFallBackOn(string method, string path)
    {
        foreach (var root in new[] { "/api/2.0/mlflow-artifacts", "/ajax-api/2.0/mlflow-artifacts" })
        {
            var refusal = await node.RefusedAsync(new HttpMethod(method), $"{root}/{path}");

            Assert.Equal((HttpStatusCode.NotImplemented, "NOT_IMPLEMENTED"), (refusal.Status, refusal.Code));
        }
    }

    [Theory]
    [InlineData("GET", "/api/2.0/mlflow/nowhere")]
    [InlineData("POST", "/api/2.0/mlflow/runs/nowhere")]
    [InlineData("POST", "/api/3.0/mlflow/traces")]
    [InlineData("GET", "/ajax-api/2.0/mlflow/nowhere")]
    [InlineData("DELETE", "/api/2.0/mlflow/nowhere")]
    [InlineData("GET", "/api")]
    public async Task UnknownRoute_IsAnsweredInJson(string method, string path)
    {
        var refusal = await node.RefusedAsync(new HttpMethod(method), path);

        Assert.Equal((HttpStatusCode.NotFound, "ENDPOINT_NOT_FOUND"), (refusal.Status, refusal.Code));
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", "runs/create")]
    [InlineData("GET", "runs/log-metric")]
    [InlineData("POST", "runs/get")]
    public async Task KnownRoute_OtherMethod_IsAnsweredInJson(string method, string path)
    {
        var refusal = await node.RefusedAsync(new HttpMethod(method), $"{Api}/{path}");

        Assert.Equal((HttpStatusCode.NotFound, "ENDPOINT_NOT_FOUND"), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task Get_ListOfExperiments_IsASearchInAQuery()
    {
        var (active, deleted) = (await node.NewExperimentAsync(), await node.NewExperimentAsync());
        await node.PostAsync($"{Api}/experiments/delete", new { experiment_id = deleted });

        Assert.Contains(active, await IdsAsync("view_type=ACTIVE_ONLY&max_results=1000"));
        Assert.DoesNotContain(deleted, await IdsAsync(""));
        Assert.Contains(deleted, await IdsAsync("view_type=DELETED_ONLY"));
        Assert.Equal(await IdsAsync("view_type=ALL&order_by=name%20DESC"), (await IdsAsync("view_type=ALL&order_by=name%20ASC")).Reverse());
        var page = await node.GetAsync($"{Api}/experiments/list?view_type=ALL&max_results=1");
        Assert.Single(page.GetProperty("experiments").EnumerateArray());
        var next = await node.GetAsync($"{Api}/experiments/list?view_type=ALL&max_results=1&page_token={Text(page, "next_page_token")}");
        Assert.NotEqual(Text(page.GetProperty("experiments")[0], "experiment_id"), Text(next.GetProperty("experiments")[0], "experiment_id"));

        async Task<string[]> IdsAsync(string query) =>
            [.. (await node.GetAsync($"{Api}/experiments/list?{query}")).GetProperty("experiments").EnumerateArray().Select(item => Text(item, "experiment_id"))];
    }

    [Fact]
    public async Task DeleteExperimentTag_OneOfTwo_KeepsTheOther()
    {
        var id = Text(await node.PostAsync($"{Api}/experiments/create", new { name = node.NextName(), tags = new[] { new { key = "a", value = "1" }, new { key = "b", value = "2" } } }), "experiment_id");

        var answer = await node.PostAsync($"{Api}/experiments/delete-experiment-tag", new { experiment_id = id, key = "a" });

        Assert.Equal("{}", answer.GetRawText());
        Assert.Equal([("b", "2")], Pairs((await node.GetAsync($"{Api}/experiments/get?experiment_id={id}")).GetProperty("experiment").GetProperty("tags")));
    }

    [Fact]
    public async Task SearchRuns_ThousandsOfExperiments_IsAnswered()
    {
        var experiment = await node.NewExperimentAsync();
        var run = await node.NewRunAsync(experiment);
        var ids = Enumerable.Range(1_000_000, 10_000).Select(id => $"{id}").Append(experiment).ToArray();

        var found = await node.PostAsync($"{Api}/runs/search", new { experiment_ids = ids, max_results = 10 });

        Assert.Equal([run], found.GetProperty("runs").EnumerateArray().Select(item => Text(item.GetProperty("info"), "run_id")));
        Assert.False((await node.PostAsync($"{Api}/logged-models/search", new { experiment_ids = ids })).TryGetProperty("models", out _));
    }

    [Fact]
    public async Task SearchLoggedModels_DatasetsOnly_FindsThoseWithMetricsOnThem()
    {
        var experiment = await node.NewExperimentAsync();
        var run = await node.NewRunAsync(experiment);
        var (with, _) = (await NewModelAsync(experiment), await NewModelAsync(experiment));
        await node.PostAsync($"{Api}/runs/log-metric", new { run_id = run, key = "auc", value = 0.9, timestamp = 5, model_id = with, dataset_name = "holdout", dataset_digest = "1" });

        Assert.Equal([with], await IdsAsync(new { dataset_name = "holdout" }));
        Assert.Equal([with], await IdsAsync(new { dataset_name = "other" }, new { dataset_name = "holdout", dataset_digest = "1" }));
        Assert.Empty(await IdsAsync(new { dataset_name = "holdout", dataset_digest = "2" }));

        async Task<string[]> IdsAsync(params object[] datasets) =>
            (await node.PostAsync($"{Api}/logged-models/search", new { experiment_ids = new[] { experiment }, datasets })).TryGetProperty("models", out var models)
                ? [.. models.EnumerateArray().Select(model => Text(model.GetProperty("info"), "model_id"))]
                : [];
    }

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;

    private static IEnumerable<(string Key, string Value)> Pairs(JsonElement list) =>
        list.EnumerateArray().Select(item => (Text(item, "key"), Text(item, "value"))).OrderBy(pair => pair.Item1, StringComparer.Ordinal);

    private async Task<string> NewModelAsync(string experiment = "0") =>
        Text((await node.PostAsync($"{Api}/logged-models", new { experiment_id = experiment, name = "net" })).GetProperty("model").GetProperty("info"), "model_id");

    private async Task<JsonElement> ModelAsync(string id) => (await node.GetAsync($"{Api}/logged-models/{id}")).GetProperty("model");
}
