using System.Net;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Orleans.MLOps.Server.Node;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Serving;

/// <summary>Triton's repository calls: what is unloaded comes back as it was.</summary>
public sealed class RepositoryTests : IAsyncLifetime
{
    private const string Body = """{"inputs":[{"name":"input","shape":[1,16],"datatype":"FP32","data":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}]}""";
    private const string Service = "inference.GRPCInferenceService";

    /// <summary>One number for INPUT0 of the echo model, as the fields of an inference.</summary>
    private static readonly byte[] Ask = [.. Text(1, "echo"), .. Field(5, [.. Text(1, "INPUT0"), .. Text(2, "INT64"), .. Field(3, [1, 1])]), .. Field(7, new byte[8])];

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private NodeHost? _node;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => StartAsync(HttpStatusCode.OK);

    public async ValueTask DisposeAsync()
    {
        await _node!.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Rest_UnloadRestartAndLoad_AnswersTheSame()
    {
        var (_, before) = await PostAsync("/v2/models/mlp/infer", Body);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/v2/repository/models/mlp/unload", """{"parameters":{"unload_dependents":true}}""")).Status);
        await AssertUnloadedAsync();

        await _node!.DisposeAsync();
        await StartAsync(HttpStatusCode.NotFound);
        await AssertUnloadedAsync();

        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/v2/repository/models/mlp/load", "{}")).Status);
        var (status, after) = await PostAsync("/v2/models/mlp/infer", Body);
        Assert.Equal((HttpStatusCode.OK, before), (status, after));
        Assert.Contains("""{"name":"mlp","version":"1","state":"READY","reason":""}""", (await PostAsync("/v2/repository/index", "")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grpc_UnloadAndLoad_AnswersTheSame()
    {
        var (_, before) = await CallAsync("ModelInfer", Ask);
        Assert.NotEmpty(before);
        Assert.Equal(StatusCode.OK, (await CallAsync("RepositoryModelUnload", [.. Text(2, "echo"), .. Parameter("unload_dependents")])).Status);
        Assert.Equal(StatusCode.Unavailable, (await CallAsync("ModelInfer", Ask)).Status);
        Assert.Equal(StatusCode.Unavailable, (await CallAsync("ModelMetadata", Text(1, "echo"))).Status);
        var index = Encoding.UTF8.GetString((await CallAsync("RepositoryIndex", [])).Reply);
        Assert.Contains("UNAVAILABLE", index, StringComparison.Ordinal);
        Assert.Contains("unloaded", index, StringComparison.Ordinal);

        Assert.Equal(StatusCode.OK, (await CallAsync("RepositoryModelLoad", Text(2, "echo"))).Status);
        var (status, after) = await CallAsync("ModelInfer", Ask);
        Assert.Equal(StatusCode.OK, status);
        Assert.Equal(before, after);
    }

    [Fact]
    public async Task Rest_ParametersThatAreNotSupported_AreRefusedAndChangeNothing()
    {
        foreach (var (call, body, said) in new[]
        {
            ("load", """{"parameters":{"config":"{}"}}""", "config"),
            ("load", """{"parameters":{"file:1/model.onnx":"AAAA"}}""", "file:1/model.onnx"),
            ("load", """{"parameters":[]}""", "parameters"),
            ("load", "[]", "object"),
            ("load", "{", "JSON"),
            ("unload", """{"parameters":{"unload_dependents":"yes"}}""", "true or false"),
            ("unload", """{"parameters":{"other":true}}""", "other"),
        })
        {
            var (status, text) = await PostAsync($"/v2/repository/models/mlp/{call}", body);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains(said, text, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/v2/models/mlp/infer", Body)).Status);
    }

    [Fact]
    public async Task Grpc_ParametersThatAreNotSupported_AreRefused()
    {
        Assert.Equal(StatusCode.InvalidArgument, (await CallAsync("RepositoryModelLoad", [.. Text(2, "echo"), .. Parameter("config")])).Status);
        Assert.Equal(StatusCode.InvalidArgument, (await CallAsync("RepositoryModelUnload", [.. Text(2, "echo"), .. Parameter("config")])).Status);
        Assert.Equal(StatusCode.NotFound, (await CallAsync("RepositoryModelLoad", Text(2, "nobody"))).Status);
    }

    private async Task AssertUnloadedAsync()
    {
        var (status, refused) = await PostAsync("/v2/models/mlp/infer", Body);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("unloaded", refused, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await SendAsync(HttpMethod.Get, "/v2/models/mlp")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "/v2/models/mlp/ready")).Status);
        Assert.Contains("""{"name":"mlp","version":"1","state":"UNAVAILABLE","reason":"unloaded"}""", (await PostAsync("/v2/repository/index", "")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("mlp", (await PostAsync("/v2/repository/index", """{"ready":true}""")).Text, StringComparison.Ordinal);
        Assert.Equal(
            """{"model_version_status":[{"version":"1","state":"END","status":{"error_code":"OK","error_message":""}}]}""", (await SendAsync(HttpMethod.Get, "/v1/models/mlp")).Text);
        Assert.NotNull((await _node!.Client.Serving.GetAsync("mlp", cancellationToken: Cancel)).UnloadedAt);
    }

    private async ValueTask StartAsync(HttpStatusCode mlp)
    {
        _node = await NodeHost.StartAsync(
            new NodeOptions { DataFolder = _folder.At("data"), HttpPort = 0, GrpcPort = 0, Models = ServingNode.Models, Echo = true }, cancellationToken: Cancel);
        foreach (var (model, ready) in new[] { ("mlp", mlp), ("echo", HttpStatusCode.OK) })
        {
            while ((await SendAsync(HttpMethod.Get, $"/v2/models/{model}/ready")).Status != ready)
            {
                await Task.Yield();
            }
        }
    }

    private Task<(HttpStatusCode Status, string Text)> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(_node!.HttpAddress, path));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var reply = await _http.SendAsync(request, Cancel);
        return (reply.StatusCode, await reply.Content.ReadAsStringAsync(Cancel));
    }

    private async Task<(StatusCode Status, byte[] Reply)> CallAsync(string method, byte[] message)
    {
        using var channel = GrpcChannel.ForAddress(_node!.GrpcAddress);
        var bytes = Marshallers.Create<byte[]>(value => value, value => value);
        try
        {
            return (StatusCode.OK, await channel.CreateCallInvoker().AsyncUnaryCall(new Method<byte[], byte[]>(MethodType.Unary, Service, method, bytes, bytes), null, new CallOptions(cancellationToken: Cancel), message));
        }
        catch (RpcException error)
        {
            return (error.StatusCode, []);
        }
    }

    private static byte[] Text(int field, string text) => Field(field, Encoding.UTF8.GetBytes(text));

    /// <summary>A parameter of the repository calls that is true.</summary>
    private static byte[] Parameter(string name) => Field(3, [.. Text(1, name), .. Field(2, [1 << 3, 1])]);

    private static byte[] Field(int number, byte[] content) => [(byte)((number << 3) | 2), (byte)content.Length, .. content];
}
