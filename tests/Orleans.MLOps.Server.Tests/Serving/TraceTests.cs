using System.Buffers.Binary;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Orleans.MLOps.Server.Node;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Serving;

public sealed class TraceTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Infer_CallerWithATrace_TheCollectorGetsItsSpansFromDoorToEngine()
    {
        using var folder = new TemporaryFolder();
        var exports = new List<byte[]>();
        await using var collector = await StartCollectorAsync(exports);
        var options = new NodeOptions { DataFolder = folder.At("data"), HttpPort = 0, GrpcPort = 0, Models = ServingNode.Models, TraceCollector = new Uri(collector.Urls.Single()) };
        await using (var node = await NodeHost.StartAsync(options, cancellationToken: Cancel))
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null }) { BaseAddress = node.HttpAddress };
            while ((await http.GetAsync(new Uri("/v2/models/mlp/ready", UriKind.Relative), Cancel)).StatusCode != HttpStatusCode.OK)
            {
                await Task.Yield();
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v2/models/mlp/infer", UriKind.Relative))
            {
                Content = new StringContent(
                    $$"""{"inputs":[{"name":"input","shape":[1,16],"datatype":"FP32","data":[{{string.Join(",", ServingNode.Row)}}]}]}""", Encoding.UTF8, "application/json"),
            };
            request.Headers.Add("traceparent", $"00-{TraceId}-b7ad6b7169203331-01");
            using var reply = await http.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        }

        // A node that stops sends what it has; a span is one message with its trace's id in front of its name.
        var id = Convert.FromHexString(TraceId);
        var sent = exports.SelectMany(export => export).ToArray();
        Assert.All(["infer mlp", "queue", "engine", "POST "], name => Assert.True(IsThere(sent, id, name), $"no span '{name}' of the trace came"));
    }

    private static bool IsThere(byte[] sent, byte[] trace, string name)
    {
        const int Reach = 160;
        var text = Encoding.UTF8.GetBytes(name);
        for (var at = sent.AsSpan().IndexOf(trace); at >= 0;)
        {
            var rest = sent.AsSpan(at + trace.Length);
            if (rest[..Math.Min(Reach, rest.Length)].IndexOf(text) >= 0)
            {
                return true;
            }

            var next = rest.IndexOf(trace);
            at = next < 0 ? -1 : at + trace.Length + next;
        }

        return false;
    }

    /// <summary>What a collector is to an exporter: one gRPC method that takes everything.</summary>
    private static async Task<WebApplication> StartCollectorAsync(List<byte[]> exports)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            lock (exports)
            {
                exports.Add(body.ToArray());
            }

            context.Response.ContentType = "application/grpc";
            var empty = new byte[5];
            BinaryPrimitives.WriteUInt32BigEndian(empty.AsSpan(1), 0);
            await context.Response.Body.WriteAsync(empty, context.RequestAborted);
            context.Response.AppendTrailer("grpc-status", "0");
        });
        await app.StartAsync(Cancel);
        return app;
    }
}
