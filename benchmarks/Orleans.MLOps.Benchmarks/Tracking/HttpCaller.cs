using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Orleans.MLOps.Benchmarks.Tracking;

/// <summary>Keep-alive connections, one a caller, that post JSON.</summary>
internal sealed class HttpCaller : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient[] _clients;

    public HttpCaller(Uri server, int callers) => _clients =
    [
        .. Enumerable.Range(0, callers).Select(_ => new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1, UseProxy = false }) { BaseAddress = server, Timeout = TimeSpan.FromMinutes(5) }),
    ];

    public async Task GetAsync(int caller, string path)
    {
        using var reply = await _clients[caller].GetAsync(path);
        reply.EnsureSuccessStatusCode();
        await reply.Content.CopyToAsync(Stream.Null);
    }

    public async Task<JsonElement> PostAsync(int caller, string path, string body)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = Json;
        using var reply = await _clients[caller].PostAsync(path, content);
        var text = await reply.Content.ReadAsStringAsync();
        return reply.IsSuccessStatusCode ? JsonElement.Parse(text) : throw new InvalidOperationException($"{path}: {(int)reply.StatusCode} {text}");
    }

    public void Dispose() => Array.ForEach(_clients, client => client.Dispose());
}
