using System.Text.Json;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Server.Tests.Mlflow;

/// <summary>Params and tags longer than the platform keeps, and notes in Markdown.</summary>
public sealed class MlflowLongTextTests(MlflowNode node) : IClassFixture<MlflowNode>
{
    private const string Api = MlflowNode.Api;
    private const string Note = "mlflow.note.content";
    private const int Most = 65_536;
    private const string Markdown = "# Größe ≥ 3\r\n\r\n* one\n* *two*\t|  \n\n```python\nx = \"a\\b\"\n```\n\n損失 👍🏽 e\u0301 \u2028 ' -- <b>$1</b>  ";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Log_LongParamsAndTags_AreCutAlikeByEveryRoute()
    {
        var (text, cut) = (new string('p', Most + 5), new string('p', Most));
        object[] pairs = [new { key = "k", value = text }];
        var created = (await node.PostAsync($"{Api}/runs/create", new { experiment_id = "0", tags = pairs })).GetProperty("run");
        var run = Text(created.GetProperty("info"), "run_id");
        await node.PostAsync($"{Api}/runs/log-parameter", new { run_id = run, key = "k", value = text });
        await node.PostAsync($"{Api}/runs/log-batch", new { run_id = run, @params = pairs, tags = new[] { new { key = "batch", value = text } } });
        await node.PostAsync($"{Api}/runs/set-tag", new { run_id = run, key = "set", value = text });

        var data = (await node.GetAsync($"{Api}/runs/get?run_id={run}")).GetProperty("run").GetProperty("data");
        Assert.Equal([("k", cut)], Pairs(data.GetProperty("params")));
        Assert.All(["k", "batch", "set"], key => Assert.Contains((key, cut), Pairs(data.GetProperty("tags"))));
        Assert.Equal("INVALID_PARAMETER_VALUE", (await node.RefusedAsync(HttpMethod.Post, $"{Api}/runs/log-parameter", new { run_id = run, key = "k", value = "p" })).Code);
    }

    [Fact]
    public async Task LogParam_LongTextTwice_IsTheSameParam()
    {
        var run = await node.NewRunAsync("0");
        var body = new { run_id = run, key = "k", value = $"{new string('p', Most - 1)}👍 and more" };
        await node.PostAsync($"{Api}/runs/log-parameter", body);
        await node.PostAsync($"{Api}/runs/log-parameter", body);
        var data = (await node.GetAsync($"{Api}/runs/get?run_id={run}")).GetProperty("run").GetProperty("data");

        Assert.Equal([("k", new string('p', Most - 1))], Pairs(data.GetProperty("params")));
    }

    [Fact]
    public async Task LoggedModel_LongParamsAndTags_AreCut()
    {
        object[] pairs = [new { key = "k", value = new string('p', Most + 5) }];
        var model = (await node.PostAsync($"{Api}/logged-models", new { experiment_id = "0", @params = pairs, tags = pairs })).GetProperty("model");
        await node.PostAsync($"{Api}/logged-models/{Text(model.GetProperty("info"), "model_id")}/params", new { @params = pairs });

        Assert.Equal([("k", new string('p', Most))], Pairs(model.GetProperty("data").GetProperty("params")));
        Assert.Equal([("k", new string('p', Most))], Pairs(model.GetProperty("info").GetProperty("tags")));
    }

    [Fact]
    public async Task Log_LongParamOverTheSdk_IsRefused()
    {
        var run = await node.NewRunAsync("0");
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = node.Node.GrpcAddress });

        await Assert.ThrowsAsync<InvalidInputException>(() => client.Experiments.LogAsync(run, new LogBatch { Params = new() { ["k"] = new string('p', Most + 1) } }, Cancel));
    }

    [Fact]
    public async Task Note_OfARun_IsKeptAsItIsAndFound()
    {
        var experiment = await node.NewExperimentAsync();
        var (run, _) = (await node.NewRunAsync(experiment), await node.NewRunAsync(experiment));
        await node.PostAsync($"{Api}/runs/set-tag", new { run_id = run, key = Note, value = Markdown });
        var tags = (await node.GetAsync($"{Api}/runs/get?run_id={run}")).GetProperty("run").GetProperty("data").GetProperty("tags");

        Assert.Contains((Note, Markdown), Pairs(tags));
        foreach (var filter in new[] { $"tags.`{Note}` LIKE '%損失 👍🏽%'", $"tags.\"{Note}\" ILIKE '# größe%PYTHON%'", $"tags.`{Note}` = {FilterText.Value(Markdown)}", $"tags.`{Note}` IS NOT NULL" })
        {
            var found = await node.PostAsync($"{Api}/runs/search", new { experiment_ids = new[] { experiment }, filter });
            Assert.Equal([run], found.GetProperty("runs").EnumerateArray().Select(item => Text(item.GetProperty("info"), "run_id")));
        }

        await node.PostAsync($"{Api}/runs/set-tag", new { run_id = run, key = Note, value = "" });
        Assert.Contains((Note, ""), Pairs((await node.GetAsync($"{Api}/runs/get?run_id={run}")).GetProperty("run").GetProperty("data").GetProperty("tags")));
    }

    [Fact]
    public async Task Note_OfAnExperiment_IsKeptAsItIsAndFound()
    {
        var (experiment, _) = (await node.NewExperimentAsync(), await node.NewExperimentAsync());
        await node.PostAsync($"{Api}/experiments/set-experiment-tag", new { experiment_id = experiment, key = Note, value = Markdown });

        Assert.Equal([(Note, Markdown)], Pairs((await node.GetAsync($"{Api}/experiments/get?experiment_id={experiment}")).GetProperty("experiment").GetProperty("tags")));
        var found = await node.PostAsync($"{Api}/experiments/search", new { max_results = 10, filter = $"tags.`{Note}` LIKE '%損失 👍🏽%'" });
        Assert.Equal([experiment], found.GetProperty("experiments").EnumerateArray().Select(item => Text(item, "experiment_id")));
    }

    [Fact]
    public async Task Description_OfAModelAndAVersion_IsKeptAsItIs()
    {
        var name = node.NextName();
        await node.PostAsync($"{Api}/registered-models/create", new { name, description = Markdown });
        await node.PostAsync($"{Api}/model-versions/create", new { name, source = "s3://bucket/model", description = Markdown });

        Assert.Equal(Markdown, Text((await node.GetAsync($"{Api}/registered-models/get?name={name}")).GetProperty("registered_model"), "description"));
        Assert.Equal(Markdown, Text((await node.GetAsync($"{Api}/model-versions/get?name={name}&version=1")).GetProperty("model_version"), "description"));
        var (status, updated) = await node.SendAsync(HttpMethod.Patch, $"{Api}/model-versions/update", JsonSerializer.Serialize(new { name, version = "1", description = $"{Markdown}\n" }));
        Assert.Equal((200, $"{Markdown}\n"), ((int)status, Text(updated.GetProperty("model_version"), "description")));
    }

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;

    private static IEnumerable<(string Key, string Value)> Pairs(JsonElement list) => list.EnumerateArray().Select(item => (Text(item, "key"), Text(item, "value")));
}
