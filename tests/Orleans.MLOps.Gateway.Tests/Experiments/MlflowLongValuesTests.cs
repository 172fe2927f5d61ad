using System.Net;
using System.Net.Http.Json;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Gateway.Tests.Support;

namespace Orleans.MLOps.Gateway.Tests.Experiments;

public sealed class MlflowLongValuesTests
{
    private const int Most = 65_536;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LogBatch_LongParamAndTag_AreCutWithAWarningOfEach()
    {
        await using var host = await GatewayHost.StartAsync(rest: true);
        LogBatch? logged = null;
        host.Platform.Handler = (_, arguments) =>
        {
            logged = (LogBatch)arguments[1]!;
            return Task.CompletedTask;
        };
        using var http = Connect(host);
        using var reply = await http.PostAsJsonAsync(
            "/api/2.0/mlflow/runs/log-batch",
            new
            {
                run_id = "run-7",
                @params = new[] { new { key = "long", value = new string('p', Most + 1) }, new { key = "short", value = new string('s', Most) } },
                tags = new[] { new { key = "note", value = new string('t', 2 * Most) } },
            },
            Cancel);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal((new string('p', Most), new string('s', Most), new string('t', Most)), (logged!.Params["long"], logged.Params["short"], logged.Tags["note"]));
        Assert.Equal(
            [
                "The param 'long' of run-7 has 65537 characters, of which the first 65536 are stored.",
                "The tag 'note' of run-7 has 131072 characters, of which the first 65536 are stored.",
            ],
            host.Log.Warnings);
    }

    [Fact]
    public async Task LogParam_PairAtTheLimit_IsNotCutInTwo()
    {
        await using var host = await GatewayHost.StartAsync(rest: true);
        LogBatch? logged = null;
        host.Platform.Handler = (_, arguments) =>
        {
            logged = (LogBatch)arguments[1]!;
            return Task.CompletedTask;
        };
        using var http = Connect(host);
        using var reply = await http.PostAsJsonAsync(
            "/api/2.0/mlflow/runs/log-parameter", new { run_id = "r", key = "k", value = $"{new string('p', Most - 1)}\U0001F600" }, Cancel);

        Assert.Equal(new string('p', Most - 1), logged!.Params["k"]);
    }

    [Fact]
    public async Task LogParam_RefusedByThePlatform_WarnsOfNothing()
    {
        await using var host = await GatewayHost.StartAsync(rest: true);
        host.Platform.Handler = (_, _) => Task.FromException(new NotFoundException("There is no such run.", "run_id"));
        using var http = Connect(host);
        using var reply = await http.PostAsJsonAsync("/api/2.0/mlflow/runs/log-parameter", new { run_id = "r", key = "k", value = new string('p', Most + 1) }, Cancel);

        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
        Assert.Empty(host.Log.Warnings);
    }

    private static HttpClient Connect(GatewayHost host) => new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = host.Address,
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}
