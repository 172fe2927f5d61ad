using System.Collections.Concurrent;

namespace Orleans.MLOps.Client.Tests.Models.Oci;

/// <summary>Remembers requests, and answers those that a test answers itself.</summary>
public sealed class RecordingHandler(Func<HttpRequestMessage, HttpResponseMessage?>? answer = null)
    : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
{
    public ConcurrentQueue<(string Method, Uri Address, string? Authorization)> Requests { get; } = new();

    public int Count(string method) => Requests.Count(request => request.Method == method);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Enqueue((request.Method.Method, request.RequestUri!, request.Headers.Authorization?.ToString()));
        if (answer?.Invoke(request) is { } own)
        {
            own.RequestMessage = request;
            return own;
        }

        return await base.SendAsync(request, cancellationToken);
    }
}
