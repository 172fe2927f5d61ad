using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orleans.MLOps.Server.Node;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Mlflow;

/// <summary>A node of its own for calls in MLflow's words.</summary>
public sealed class MlflowNode : IAsyncLifetime
{
    public const string Api = "/api/2.0/mlflow";
    public const string Artifacts = "/api/2.0/mlflow-artifacts/artifacts";

    private readonly TemporaryFolder _folder = new();
    private NodeHost? _node;
    private int _names;

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public NodeHost Node => _node!;

    public string DataFolder => _folder.At("data");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string NextName() => $"experiment-{Interlocked.Increment(ref _names)}";

    public async Task<JsonElement> GetAsync(string path) => Ok(await SendAsync(HttpMethod.Get, path));

    public async Task<JsonElement> PostAsync(string path, object body) => Ok(await SendAsync(HttpMethod.Post, path, JsonSerializer.Serialize(body)));

    public async Task<(HttpStatusCode Status, string Code, string Message)> RefusedAsync(HttpMethod method, string path, object? body = null)
    {
        var (status, answer) = await SendAsync(method, path, body is null ? null : JsonSerializer.Serialize(body));
        Assert.True((int)status >= 400, $"{method} {path} was not refused: {answer}");
        return (status, answer.GetProperty("error_code").GetString()!, answer.GetProperty("message").GetString()!);
    }

    public async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Node.HttpAddress, path));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        using var reply = await Http.SendAsync(request, Cancel);
        return (reply.StatusCode, JsonElement.Parse(await reply.Content.ReadAsStringAsync(Cancel)));
    }

    public async Task<string> NewExperimentAsync() => (await PostAsync($"{Api}/experiments/create", new { name = NextName() })).GetProperty("experiment_id").GetString()!;

    public async Task<string> NewRunAsync(string? experiment = null) =>
        (await PostAsync($"{Api}/runs/create", new { experiment_id = experiment ?? await NewExperimentAsync(), start_time = 1_700_000_000_000 }))
        .GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;

    public async ValueTask InitializeAsync() =>
        _node = await NodeHost.StartAsync(new NodeOptions { DataFolder = DataFolder, HttpPort = 0, GrpcPort = 0 }, cancellationToken: Cancel);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Node.DisposeAsync();
        _folder.Dispose();
    }

    private static JsonElement Ok((HttpStatusCode Status, JsonElement Answer) reply)
    {
        Assert.True(reply.Status == HttpStatusCode.OK, $"{reply.Status}: {reply.Answer}");
        return reply.Answer;
    }
}
