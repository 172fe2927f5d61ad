using System.Net;
using System.Text.Json;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Server.Tests.Mlflow;

public sealed class MlflowRegistryTests(MlflowNode node) : IClassFixture<MlflowNode>
{
    private const string Models = $"{MlflowNode.Api}/registered-models";
    private const string Versions = $"{MlflowNode.Api}/model-versions";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_ModelAndVersions_AreSeenAsClientsExpect()
    {
        var name = node.NextName();
        var model = (await node.PostAsync($"{Models}/create", new { name, description = "d", tags = new[] { new { key = "k", value = "v" } } })).GetProperty("registered_model");
        var first = await RegisterAsync(name);
        var second = await RegisterAsync(name);

        Assert.Equal((name, "d", "v"), (Text(model, "name"), Text(model, "description"), Text(model.GetProperty("tags")[0], "value")));
        Assert.Equal(("1", "2", "None", "READY"), (Text(first, "version"), Text(second, "version"), Text(second, "current_stage"), Text(second, "status")));
        Assert.True(second.GetProperty("creation_timestamp").GetInt64() > 0);
        var seen = (await node.GetAsync($"{Models}/get?name={name}")).GetProperty("registered_model");
        Assert.Equal(["2"], seen.GetProperty("latest_versions").EnumerateArray().Select(version => Text(version, "version")));
        Assert.Equal((HttpStatusCode.BadRequest, "RESOURCE_ALREADY_EXISTS"), Kind(await node.RefusedAsync(HttpMethod.Post, $"{Models}/create", new { name })));
        Assert.Equal((HttpStatusCode.NotFound, "RESOURCE_DOES_NOT_EXIST"), Kind(await node.RefusedAsync(HttpMethod.Post, $"{Versions}/create", new { name = node.NextName(), source = "s3://x" })));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a:b")]
    [InlineData("")]
    public async Task Create_WrongName_IsRefused(string name) =>
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), Kind(await node.RefusedAsync(HttpMethod.Post, $"{Models}/create", new { name })));

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("file:///etc/passwd")]
    [InlineData("relative/model")]
    [InlineData("C:\\models")]
    [InlineData("s3://bucket/../other")]
    [InlineData("mlflow-artifacts:/1/%2e%2e/2")]
    public async Task Create_SourceOnTheServersMachineOrClimbing_IsRefused(string source)
    {
        var name = await NewModelAsync();

        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), Kind(await node.RefusedAsync(HttpMethod.Post, $"{Versions}/create", new { name, source })));
        Assert.False((await node.GetAsync($"{Models}/get?name={name}")).GetProperty("registered_model").TryGetProperty("latest_versions", out _));
    }

    [Fact]
    public async Task Alias_SetMoveGetDelete_FollowsEachOther()
    {
        var name = await NewModelAsync();
        await RegisterAsync(name);
        await RegisterAsync(name);
        await node.PostAsync($"{Models}/alias", new { name, alias = "champion", version = "1" });
        await node.PostAsync($"{Models}/alias", new { name, alias = "champion", version = "2" });

        var version = (await node.GetAsync($"{Models}/alias?name={name}&alias=champion")).GetProperty("model_version");
        Assert.Equal(("2", "champion"), (Text(version, "version"), version.GetProperty("aliases")[0].GetString()));
        Assert.Equal("2", Text((await node.GetAsync($"{Models}/get?name={name}")).GetProperty("registered_model").GetProperty("aliases")[0], "version"));

        Assert.Equal(HttpStatusCode.OK, (await node.SendAsync(HttpMethod.Delete, $"{Models}/alias", JsonSerializer.Serialize(new { name, alias = "champion" }))).Status);
        var missing = await node.RefusedAsync(HttpMethod.Get, $"{Models}/alias?name={name}&alias=champion");
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE", "Registered model alias champion not found."), missing);
        foreach (var alias in new[] { "v1", "latest", "a b" })
        {
            Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), Kind(await node.RefusedAsync(HttpMethod.Post, $"{Models}/alias", new { name, alias, version = "1" })));
        }
    }

    [Fact]
    public async Task Alias_GateSetOverTheSdk_RefusesMlflowsMoveToo()
    {
        var name = await NewModelAsync();
        await RegisterAsync(name);
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = node.Node.GrpcAddress });
        await client.Models.SetGatesAsync(
            new SetGates { Model = name, Alias = "champion", Gates = [new PromotionGate { Kind = GateKind.MetricAtLeast, Metric = "auc", Bound = 0.8 }] }, Cancel);
        await client.Models.SetGatesAsync(new SetGates { Model = name, Alias = "Production", Gates = [new PromotionGate { Kind = GateKind.ParityPassed }] }, Cancel);

        var refused = await node.RefusedAsync(HttpMethod.Post, $"{Models}/alias", new { name, alias = "champion", version = "1" });
        var stage = await node.RefusedAsync(HttpMethod.Post, $"{Versions}/transition-stage", new { name, version = "1", stage = "production", archive_existing_versions = false });

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("auc at least 0.8", refused.Message, StringComparison.Ordinal);
        Assert.Contains("parity", stage.Message, StringComparison.Ordinal);
        Assert.Empty((await client.Models.GetAliasHistoryAsync(new AliasHistoryQuery { Model = name }, Cancel)).Changes);
    }

    [Fact]
    public async Task Stages_AnyCase_AreListedByLatestVersions()
    {
        var name = await NewModelAsync();
        await RegisterAsync(name);
        await RegisterAsync(name);
        await node.PostAsync($"{Versions}/transition-stage", new { name, version = "1", stage = "PRODUCTION", archive_existing_versions = true });
        await node.PostAsync($"{Versions}/transition-stage", new { name, version = "2", stage = "production", archive_existing_versions = true });

        var latest = (await node.PostAsync($"{Models}/get-latest-versions", new { name, stages = new[] { "Production", "archived" } })).GetProperty("model_versions").EnumerateArray();
        Assert.Equal([("Production", "2"), ("Archived", "1")], latest.Select(version => (Text(version, "current_stage"), Text(version, "version"))));
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), Kind(await node.RefusedAsync(HttpMethod.Post, $"{Versions}/transition-stage", new { name, version = "1", stage = "Live" })));
    }

    [Fact]
    public async Task Update_DescriptionsTagsNameAndDeletion_TakeEffect()
    {
        var name = await NewModelAsync();
        await RegisterAsync(name);
        await SendAsync(HttpMethod.Patch, $"{Models}/update", new { name, description = "new" });
        await SendAsync(HttpMethod.Patch, $"{Versions}/update", new { name, version = "1", description = "mine" });
        await node.PostAsync($"{Models}/set-tag", new { name, key = "a", value = "" });
        await node.PostAsync($"{Versions}/set-tag", new { name, version = 1, key = "b", value = "2" });
        var renamed = node.NextName();
        await node.PostAsync($"{Models}/rename", new { name, new_name = renamed });

        var model = (await node.GetAsync($"{Models}/get?name={renamed}")).GetProperty("registered_model");
        var version = (await node.GetAsync($"{Versions}/get?name={renamed}&version=1")).GetProperty("model_version");
        Assert.Equal(("new", "a", "mine", "2"), (Text(model, "description"), Text(model.GetProperty("tags")[0], "key"), Text(version, "description"), Text(version.GetProperty("tags")[0], "value")));
        await SendAsync(HttpMethod.Delete, $"{Models}/delete-tag", new { name = renamed, key = "a" });
        await SendAsync(HttpMethod.Delete, $"{Versions}/delete-tag", new { name = renamed, version = "1", key = "b" });
        await SendAsync(HttpMethod.Delete, $"{Versions}/delete", new { name = renamed, version = "1" });
        Assert.Equal("2", Text(await RegisterAsync(renamed), "version"));
        await SendAsync(HttpMethod.Delete, $"{Models}/delete", new { name = renamed });
        Assert.Equal((HttpStatusCode.NotFound, "RESOURCE_DOES_NOT_EXIST"), Kind(await node.RefusedAsync(HttpMethod.Get, $"{Models}/get?name={renamed}")));
    }

    [Fact]
    public async Task Search_ModelsAndVersions_TakeFiltersOrdersAndPages()
    {
        var prefix = node.NextName();
        var plain = await NewModelAsync($"{prefix}-a");
        var prompt = $"{prefix}-b";
        await node.PostAsync($"{Models}/create", new { name = prompt, tags = new[] { new { key = "mlflow.prompt.is_prompt", value = "true" } } });
        await RegisterAsync(plain);
        await RegisterAsync(plain);

        Assert.Equal([plain], await NamesAsync($"name LIKE '{prefix}%' AND tags.`mlflow.prompt.is_prompt` != 'true'"));
        Assert.Equal([plain], await NamesAsync($"name LIKE '{prefix}%' AND tags.`mlflow.prompt.is_prompt` = 'false'"));
        Assert.Equal([prompt, plain], await NamesAsync($"name ILIKE '{prefix.ToUpperInvariant()}%'", "&order_by=name DESC"));
        var first = await node.GetAsync($"{Versions}/search?filter={Uri.EscapeDataString($"name = '{plain}'")}&max_results=1");
        var second = await node.GetAsync($"{Versions}/search?filter={Uri.EscapeDataString($"name = '{plain}'")}&max_results=1&page_token={Text(first, "next_page_token")}");
        Assert.Equal(("2", "1"), (Text(first.GetProperty("model_versions")[0], "version"), Text(second.GetProperty("model_versions")[0], "version")));
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), Kind(await node.RefusedAsync(HttpMethod.Get, $"{Models}/search?filter=name%20%3D")));
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), Kind(await node.RefusedAsync(HttpMethod.Get, $"{Models}/search?max_results=1001")));

        async Task<string[]> NamesAsync(string filter, string more = "")
        {
            var page = await node.GetAsync($"{Models}/search?filter={Uri.EscapeDataString(filter)}{more}");
            return page.TryGetProperty("registered_models", out var found) ? [.. found.EnumerateArray().Select(model => Text(model, "name"))] : [];
        }
    }

    [Fact]
    public async Task GetDownloadUri_RunAndLoggedModel_AreThePlacesOfTheirFiles()
    {
        var name = await NewModelAsync();
        var experiment = await node.NewExperimentAsync();
        var run = await node.NewRunAsync(experiment);
        var model = Text((await node.PostAsync($"{MlflowNode.Api}/logged-models", new { experiment_id = experiment, source_run_id = run })).GetProperty("model").GetProperty("info"), "model_id");
        await RegisterAsync(name, new { name, source = $"runs:/{run}/model", run_id = run });
        var logged = await RegisterAsync(name, new { name, source = $"models:/{model}", model_id = model });
        await RegisterAsync(name, new { name, source = "s3://bucket/model" });

        Assert.Equal((run, model), (Text(logged, "run_id"), Text(logged, "model_id")));
        Assert.Equal($"mlflow-artifacts:/{experiment}/{run}/artifacts/model", await PlaceAsync(1));
        Assert.Equal($"mlflow-artifacts:/{experiment}/models/{model}/artifacts", await PlaceAsync(2));
        Assert.Equal("s3://bucket/model", await PlaceAsync(3));

        async Task<string> PlaceAsync(int version) => Text(await node.GetAsync($"{Versions}/get-download-uri?name={name}&version={version}"), "artifact_uri");
    }

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;

    private static (HttpStatusCode, string) Kind((HttpStatusCode Status, string Code, string Message) refusal) => (refusal.Status, refusal.Code);

    private async Task<string> NewModelAsync(string? name = null) =>
        Text((await node.PostAsync($"{Models}/create", new { name = name ?? node.NextName() })).GetProperty("registered_model"), "name");

    private async Task<JsonElement> RegisterAsync(string name, object? body = null) =>
        (await node.PostAsync($"{Versions}/create", body ?? new { name, source = "s3://bucket/model" })).GetProperty("model_version");

    private async Task SendAsync(HttpMethod method, string path, object body)
    {
        var (status, answer) = await node.SendAsync(method, path, JsonSerializer.Serialize(body));
        Assert.True(status == HttpStatusCode.OK, $"{method} {path}: {answer}");
    }
}
