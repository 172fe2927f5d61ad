using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orleans.MLOps.Server.Node;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Serving;

/// <summary>A node that serves the folder of sample models and the echo model.</summary>
public sealed class ServingNode : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private NodeHost? _node;

    /// <summary>The models of the repository's samples; mlp answers <see cref="Answer"/> for <see cref="Row"/>.</summary>
    public static string Models { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "..", "samples", "models"));

    public static float[] Row { get; } = [.. Enumerable.Range(0, 16).Select(i => i / 16f)];

    public const float Answer = -0.0404990f;

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public NodeHost Node => _node!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async Task<JsonElement> GetAsync(string path) => Ok(await SendAsync(HttpMethod.Get, path));

    public async Task<JsonElement> PostAsync(string path, string body) => Ok(await SendAsync(HttpMethod.Post, path, body));

    /// <summary>What a refused request is told.</summary>
    public async Task<(int Status, string Error)> RefusedAsync(HttpMethod method, string path, string? body = null)
    {
        var (status, answer) = await SendAsync(method, path, body);
        Assert.True((int)status >= 400, $"{method} {path} was not refused: {answer}");
        return ((int)status, answer.GetProperty("error").GetString()!);
    }

    public async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Node.HttpAddress, path));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        using var reply = await Http.SendAsync(request, Cancel);
        var text = await reply.Content.ReadAsStringAsync(Cancel);
        return (reply.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }

    public async ValueTask InitializeAsync()
    {
        _node = await NodeHost.StartAsync(
            new NodeOptions { DataFolder = _folder.At("data"), HttpPort = 0, GrpcPort = 0, Models = Models, Echo = true }, cancellationToken: Cancel);
        foreach (var model in new[] { "mlp", "echo" })
        {
            while ((await SendAsync(HttpMethod.Get, $"/v2/models/{model}/ready")).Status != HttpStatusCode.OK)
            {
                await Task.Yield();
            }
        }
    }

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
