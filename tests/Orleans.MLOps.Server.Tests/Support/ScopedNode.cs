using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Models;
using Orleans.MLOps.Server.Node;
using Orleans.MLOps.Server.Security;
using Orleans.MLOps.Serving;
using GrpcMetadata = Grpc.Core.Metadata;

namespace Orleans.MLOps.Server.Tests.Support;

/// <summary>
/// A node whose keys are limited to endpoints. Four endpoints serve the built-in echo model: <c>mine</c>, <c>yours</c> and <c>a/b</c> of the default
/// project, and <c>mine</c> of the project team.
/// </summary>
public sealed class ScopedNode : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private NodeHost? _node;

    /// <summary>May ask <c>mine</c> and <c>team/yours</c>, which does not exist.</summary>
    public static string MineKey { get; } = ApiKeyText.Create();

    /// <summary>May ask <c>team/mine</c> and <c>default/a%2Fb</c>.</summary>
    public static string TeamKey { get; } = ApiKeyText.Create();

    /// <summary>May ask every endpoint.</summary>
    public static string EveryKey { get; } = ApiKeyText.Create();

    public static ApiKey[] Keys { get; } =
    [
        .. LockedNode.Keys,
        new() { Name = "mine", Sha256 = ApiKeyText.HashText(MineKey), Endpoints = ["mine", "team/yours"] },
        new() { Name = "team", Sha256 = ApiKeyText.HashText(TeamKey), Endpoints = ["team/mine", "default/a%2Fb"] },
        new() { Name = "every", Sha256 = ApiKeyText.HashText(EveryKey), Endpoints = ["*"] },
    ];

    /// <summary>A row for the echo model, in the Open Inference Protocol.</summary>
    public const string Body = """{"inputs":[{"name":"INPUT0","datatype":"INT64","shape":[1,1],"data":[7]},{"name":"INPUT1","datatype":"BYTES","shape":[1,1],"data":["x"]}]}""";

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public NodeHost Node => _node!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public GrpcMlopsClient Connect(string? key) => MlopsGrpcClient.Connect(new GrpcClientOptions { Address = Node.GrpcAddress, ApiKey = key, Retries = 0 });

    public async Task<(int Status, string Text)> SendAsync(string? key, string method, string path, string? body = null)
    {
        // A relative path of our own, because Uri would tidy it.
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"{Node.HttpAddress.GetLeftPart(UriPartial.Authority)}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        using var reply = await Http.SendAsync(request, Cancel);
        return ((int)reply.StatusCode, await reply.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>Calls a unary method of the Open Inference Protocol with a message whose only fields are texts.</summary>
    public async Task<(StatusCode Status, byte[] Reply, string Detail)> CallAsync(string? key, string method, params (int Field, string Text)[] message)
    {
        using var channel = GrpcChannel.ForAddress(Node.GrpcAddress);
        try
        {
            return (StatusCode.OK, await channel.CreateCallInvoker().AsyncUnaryCall(Method(MethodType.Unary, method), null, Options(key), Message(message)), "");
        }
        catch (RpcException error)
        {
            return (error.StatusCode, [], error.Status.Detail);
        }
    }

    /// <summary>Sends messages over one stream of <c>ModelStreamInfer</c> and gives the answers as text.</summary>
    public async Task<List<string>> StreamAsync(string key, params (int Field, string Text)[] names)
    {
        using var channel = GrpcChannel.ForAddress(Node.GrpcAddress);
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(Method(MethodType.DuplexStreaming, "inference.GRPCInferenceService/ModelStreamInfer"), null, Options(key));
        var answers = new List<string>();
        foreach (var name in names)
        {
            await call.RequestStream.WriteAsync(Message([name]), Cancel);
            Assert.True(await call.ResponseStream.MoveNext(Cancel));
            answers.Add(Encoding.UTF8.GetString(call.ResponseStream.Current));
        }

        await call.RequestStream.CompleteAsync();
        return answers;
    }

    public async ValueTask InitializeAsync()
    {
        _node = await NodeHost.StartAsync(new NodeOptions { DataFolder = _folder.At("data"), HttpPort = 0, GrpcPort = 0, ApiKeys = Keys }, cancellationToken: Cancel);
        foreach (var (project, name) in new[] { ("default", "mine"), ("default", "yours"), ("default", "a/b"), ("team", "mine") })
        {
            await Node.Client.Models.RegisterAsync(new RegisterModelVersion { Project = project, Model = "echo", OperationId = $"{project}/{name}", Builtin = "echo" }, Cancel);
            await Node.Client.Serving.DeployAsync(
                new DeployEndpoint { Project = project, Name = name, Model = "echo", Variants = [new() { Name = "v1", Version = 1, Labels = ["good"] }], OperationId = "1" }, Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Node.DisposeAsync();
        _folder.Dispose();
    }

    public static string Error(string json) => JsonElement.Parse(json).GetProperty("error").GetString()!;

    private static Method<byte[], byte[]> Method(MethodType type, string method)
    {
        var bytes = Marshallers.Create<byte[]>(value => value, value => value);
        return new(type, method.Split('/')[0], method.Split('/')[1], bytes, bytes);
    }

    private static CallOptions Options(string? key) =>
        new(key is null ? [] : new GrpcMetadata { { "authorization", $"Bearer {key}" } }, cancellationToken: Cancel);

    private static byte[] Message((int Field, string Text)[] fields) =>
        [.. fields.SelectMany(field => (byte[])[(byte)((field.Field << 3) | 2), (byte)Encoding.UTF8.GetByteCount(field.Text), .. Encoding.UTF8.GetBytes(field.Text)])];
}
