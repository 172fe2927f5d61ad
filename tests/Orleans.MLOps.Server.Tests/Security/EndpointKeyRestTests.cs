using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Gateway.Governance;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Security;

/// <summary>Keys that are limited to endpoints, at the REST doors.</summary>
public sealed class EndpointKeyRestTests(ScopedNode node) : IClassFixture<ScopedNode>
{
    private const string Rows = """{"instances":[{"INPUT0":[1],"INPUT1":["x"]}]}""";

    public static TheoryData<string, string, string?> Asking => new()
    {
        { "POST", "/v2/models/{0}/infer", ScopedNode.Body },
        { "POST", "/v2/models/{0}/versions/1/infer", ScopedNode.Body },
        { "POST", "/v2/models/{0}/versions/good/infer", ScopedNode.Body },
        { "POST", "/V2/Models/{0}/Versions/v1/Infer", ScopedNode.Body },
        { "GET", "/v2/models/{0}", null },
        { "GET", "/v2/models/{0}/versions/1", null },
        { "GET", "/v2/models/{0}/ready", null },
        { "GET", "/v2/models/{0}/versions/1/ready", null },
        { "GET", "/v2/models/{0}/config", null },
        { "GET", "/v2/models/{0}/stats", null },
        { "GET", "/v2/models/{0}/versions/1/stats", null },
        { "POST", "/v1/models/{0}:predict", Rows },
        { "POST", "/v1/models/{0}/versions/1:predict", Rows },
        { "POST", "/v1/models/{0}/labels/good:predict", Rows },
        { "POST", "/V1/MODELS/{0}/LABELS/good:PREDICT", Rows },
        { "GET", "/v1/models/{0}", null },
        { "GET", "/v1/models/{0}/versions/1", null },
        { "GET", "/v1/models/{0}/labels/good", null },
        { "GET", "/v1/models/{0}/metadata", null },
        { "GET", "/v1/models/{0}/versions/1/metadata", null },
    };

    [Theory]
    [MemberData(nameof(Asking), DisableDiscoveryEnumeration = true)]
    public async Task Ask_OwnEndpoint_IsAnswered(string method, string path, string? body)
    {
        var mine = await node.SendAsync(ScopedNode.MineKey, method, string.Format(path, "mine"), body);
        var every = await node.SendAsync(ScopedNode.EveryKey, method, string.Format(path, "yours"), body);
        var unlimited = await node.SendAsync(LockedNode.CallerKey, method, string.Format(path, "yours"), body);

        Assert.All([mine, every, unlimited], answer => Assert.True(answer.Status == 200, answer.Text));
    }

    [Theory]
    [MemberData(nameof(Asking), DisableDiscoveryEnumeration = true)]
    public async Task Ask_OtherEndpoint_IsForbiddenWhetherItExistsOrNot(string method, string path, string? body)
    {
        // Somebody has just asked for it, so what is remembered of it must not answer this one.
        await node.SendAsync(LockedNode.CallerKey, method, string.Format(path, "yours"), body);

        var yours = await node.SendAsync(ScopedNode.MineKey, method, string.Format(path, "yours"), body);
        var nobody = await node.SendAsync(ScopedNode.MineKey, method, string.Format(path, "nobody"), body);
        var missing = await node.SendAsync(null, method, string.Format(path, "mine"), body);

        Assert.Equal((403, "The API key 'mine' may only ask endpoints 'default/mine', 'team/yours' for inferences, predictions, descriptions and statistics."), (yours.Status, ScopedNode.Error(yours.Text)));
        Assert.Equal(yours, nobody);
        Assert.Equal(401, missing.Status);
        Assert.StartsWith("An API key is missing", ScopedNode.Error(missing.Text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("yours")]
    [InlineData("Mine")]
    [InlineData("MINE")]
    [InlineData("%79ours")]
    [InlineData("%4dine")]
    [InlineData("mine%20")]
    [InlineData("%20mine")]
    [InlineData("mine%00")]
    [InlineData("mine%2Fmine")]
    [InlineData("team%2Fmine")]
    [InlineData("default%2Fmine")]
    [InlineData("default%252Fmine")]
    [InlineData("team%252Fmine")]
    [InlineData("mine%252e")]
    [InlineData("a%252Fb")]
    [InlineData("*")]
    [InlineData("%2A")]
    [InlineData("mi%6Ee%3A")]
    [InlineData("mine;yours")]
    [InlineData("%EF%BD%8Dine")]
    [InlineData("mine%C2%AD")]
    public async Task Ask_NamesThatAreNotTheKeys_AreNotAnswered(string name)
    {
        foreach (var (method, path, body) in Asking.Select(row => row.Data))
        {
            var answer = await node.SendAsync(ScopedNode.MineKey, method, string.Format(path, name), body);

            Assert.True(answer.Status is 400 or 403 or 404, $"{method} {path} {name}: {answer}");
            Assert.DoesNotContain("OUTPUT0", answer.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("POST", "/v2/models/mine/../yours/infer")]
    [InlineData("POST", "/v2/models/mine/%2e%2e/yours/infer")]
    [InlineData("POST", "/v2/models/mine/..%2Fyours/infer")]
    [InlineData("POST", "/v1/models/mine/../yours:predict")]
    [InlineData("POST", "/v1/models/yours/versions/../../mine:predict")]
    [InlineData("GET", "/v2/models/mine/versions/1/../../../yours")]
    [InlineData("GET", "/v1/models/mine/..%2Fyours")]
    [InlineData("POST", "//v2/models/yours/infer")]
    public async Task Ask_PathsThatClimb_AreNotAnswered(string method, string path)
    {
        var answer = await node.SendAsync(ScopedNode.MineKey, method, path, method == "POST" ? (path.Contains("v1", StringComparison.Ordinal) ? Rows : ScopedNode.Body) : null);

        if (answer.Status == 200)
        {
            // A path that climbs back to the key's own endpoint names that one.
            Assert.Contains("mine:predict", path, StringComparison.Ordinal);
            return;
        }

        Assert.True(answer.Status is 400 or 403 or 404, answer.ToString());
        Assert.DoesNotContain("OUTPUT0", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infer_AnotherEndpointInTheBody_IsThatOfThePath()
    {
        var body = $$"""{"model_name":"yours","model":"yours","endpoint":"yours","id":"x",{{ScopedNode.Body[1..]}}""";

        var (status, text) = await node.SendAsync(ScopedNode.MineKey, "POST", "/v2/models/mine/infer?model=yours&model_name=yours", body);

        Assert.True(status == 200, text);
        Assert.Contains("\"model_name\":\"mine\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/v2/repository/index", "[\"mine\"]")]
    [InlineData("GET", "/v2/models", "[\"mine\"]")]
    [InlineData("GET", "/v2/models/stats", "[\"mine\"]")]
    public async Task List_LimitedKey_ShowsItsOwnOnly(string method, string path, string own)
    {
        Assert.Equal(own, Names(await node.SendAsync(ScopedNode.MineKey, method, path)));
        Assert.Equal("[\"a/b\"]", Names(await node.SendAsync(ScopedNode.TeamKey, method, path)));
        Assert.Equal("[\"a/b\",\"mine\",\"yours\"]", Names(await node.SendAsync(ScopedNode.EveryKey, method, path)));
        Assert.Equal("[\"a/b\",\"mine\",\"yours\"]", Names(await node.SendAsync(LockedNode.CallerKey, method, path)));
    }

    [Theory]
    [InlineData("/v2/repository/models/mine/load")]
    [InlineData("/v2/repository/models/mine/unload")]
    [InlineData("/V2/Repository/Models/mine/Unload")]
    public async Task LoadOrUnload_NoOperator_IsForbidden(string path)
    {
        foreach (var key in new[] { ScopedNode.MineKey, ScopedNode.EveryKey, LockedNode.CallerKey })
        {
            var (status, text) = await node.SendAsync(key, "POST", path, "{}");

            Assert.Equal(403, status);
            Assert.StartsWith("The API key '", ScopedNode.Error(text), StringComparison.Ordinal);
        }

        Assert.Equal(200, (await node.SendAsync(ScopedNode.MineKey, "GET", "/v2/models/mine/ready")).Status);
        Assert.Equal(200, (await node.SendAsync(LockedNode.OperatorKey, "POST", "/v2/repository/models/mine/load", "{}")).Status);
        Assert.Equal(200, (await node.SendAsync(LockedNode.OperatorKey, "POST", "/v2/repository/models/nobody/unload", "{}")).Status);
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/dashboard/")]
    [InlineData("GET", "/version")]
    [InlineData("GET", "/api/2.0/mlflow/experiments/get-by-name?experiment_name=Default")]
    [InlineData("POST", "/ajax-api/2.0/mlflow/experiments/search")]
    [InlineData("POST", "/api/2.0/mlflow/registered-models/create")]
    [InlineData("GET", "/get-artifact?run_id=x&path=y")]
    [InlineData("POST", "/graphql")]
    [InlineData("GET", "/nothing/here")]
    public async Task OtherDoors_LimitedKey_AreClosed(string method, string path)
    {
        foreach (var key in new[] { ScopedNode.MineKey, ScopedNode.EveryKey })
        {
            var (status, text) = await node.SendAsync(key, method, path, method == "POST" ? "{}" : null);

            Assert.Equal(403, status);
            Assert.Contains("may only ask endpoint", text, StringComparison.Ordinal);
            Assert.All(ScopedNode.Keys, known => Assert.DoesNotContain(known.Sha256, text, StringComparison.Ordinal));
        }
    }

    /// <summary>A door that is added is closed to limited keys until somebody adds it here too.</summary>
    [Fact]
    public void Routes_OpenToLimitedKeys_AreTheseAlone()
    {
        var open = node.Node.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<DoorAccessAttribute>()?.Access == DoorAccess.Endpoints)
            .Select(route => route.RoutePattern.RawText!)
            .Where(route => !route.StartsWith("/v1", StringComparison.Ordinal) && !route.StartsWith("/v2", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

        string[] inference = ["ModelConfig", "ModelInfer", "ModelMetadata", "ModelReady", "ModelStatistics", "ModelStreamInfer", "RepositoryIndex", "ServerLive", "ServerMetadata", "ServerReady"];
        string[] serving = ["Describe", "Infer", "Predict", "Serve"];
        Assert.Equal(
            [.. inference.Select(method => $"/inference.GRPCInferenceService/{method}"), .. serving.Select(method => $"/orleans.mlops.v1.Serving/{method}")],
            open.Distinct());
    }

    private static string Names((int Status, string Text) answer)
    {
        Assert.True(answer.Status == 200, answer.Text);
        var list = System.Text.Json.JsonElement.Parse(answer.Text);
        list = list.ValueKind == System.Text.Json.JsonValueKind.Array ? list : list.TryGetProperty("models", out var models) ? models : list.GetProperty("model_stats");
        var names = list.EnumerateArray().Select(entry => entry.ValueKind == System.Text.Json.JsonValueKind.String ? entry.GetString()! : entry.GetProperty("name").GetString()!);
        return System.Text.Json.JsonSerializer.Serialize(names.Distinct().Order(StringComparer.Ordinal));
    }
}
