using System.Net;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Mlflow;

public sealed class MlflowDoorTests(LockedNode locked) : IClassFixture<LockedNode>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reset_Enabled_EmptiesTheStoreAndOtherwiseIsNoEndpoint()
    {
        await using var node = new MlflowNode();
        await node.InitializeAsync();
        var experiment = await node.NewExperimentAsync();
        await node.NewRunAsync(experiment);
        await node.PostAsync("/api/dev/reset", new { });

        Assert.Equal(HttpStatusCode.NotFound, (await node.RefusedAsync(HttpMethod.Get, $"{MlflowNode.Api}/experiments/get?experiment_id={experiment}")).Status);
        Assert.Equal("Default", (await node.GetAsync($"{MlflowNode.Api}/experiments/get?experiment_id=0")).GetProperty("experiment").GetProperty("name").GetString());
        await node.NewRunAsync();

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(locked.Node.HttpAddress, "/api/dev/reset"));
        request.Headers.Authorization = new("Bearer", LockedNode.OperatorKey);
        using var reply = await locked.Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
    }

    [Fact]
    public async Task Get_KeyAsBasicPassword_OpensTheDoorAndNoKeyDoesNot()
    {
        var path = $"{MlflowNode.Api}/experiments/get?experiment_id=0";
        using var without = await locked.GetAsync(path);
        using var basic = await locked.GetAsync(path, headers => headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"anyone:{LockedNode.CallerKey}"))));
        using var bearer = await locked.GetAsync(path, headers => headers.Authorization = new("Bearer", LockedNode.CallerKey));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.OK), (without.StatusCode, basic.StatusCode, bearer.StatusCode));
    }

    [Fact]
    public async Task Get_ForeignHostName_IsRefusedByANodeWithoutKeys()
    {
        await using var node = new MlflowNode();
        await node.InitializeAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Node.HttpAddress, $"{MlflowNode.Api}/experiments/get?experiment_id=0"));
        request.Headers.Host = "rebound.example:8080";
        using var reply = await node.Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, reply.StatusCode);
    }

    [Fact]
    public async Task Health_And_Version_AnswerAsMlflowsServerDoes()
    {
        Assert.Equal("OK", await locked.Http.GetStringAsync(new Uri(locked.Node.HttpAddress, "/health"), Cancel));
        using var version = await locked.GetAsync("/version", headers => headers.Authorization = new("Bearer", LockedNode.CallerKey));
        Assert.Equal("3.11.1", await version.Content.ReadAsStringAsync(Cancel));
    }
}
