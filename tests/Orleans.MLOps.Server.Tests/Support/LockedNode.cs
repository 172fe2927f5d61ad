using System.Net.Http.Headers;
using Grpc.Net.Client;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Server.Node;
using Orleans.MLOps.Server.Security;

namespace Orleans.MLOps.Server.Tests.Support;

/// <summary>A node on loopback that asks for keys, of which two are known.</summary>
public sealed class LockedNode : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private NodeHost? _node;

    public static string CallerKey { get; } = ApiKeyText.Create();

    public static string OperatorKey { get; } = ApiKeyText.Create();

    public static string StrangerKey { get; } = ApiKeyText.Create();

    public static ApiKey[] Keys { get; } =
    [
        new() { Name = "caller", Sha256 = ApiKeyText.HashText(CallerKey) },
        new() { Name = "boss", Sha256 = ApiKeyText.HashText(OperatorKey), Operator = true },
    ];

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public NodeHost Node => _node!;

    public GrpcMlopsClient Connect(string? key) => MlopsGrpcClient.Connect(new GrpcClientOptions { Address = Node.GrpcAddress, ApiKey = key });

    public GrpcChannel Channel() => GrpcChannel.ForAddress(Node.GrpcAddress);

    public async Task<HttpResponseMessage> GetAsync(string path, Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Node.HttpAddress, path));
        headers?.Invoke(request.Headers);
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask InitializeAsync() =>
        _node = await NodeHost.StartAsync(new NodeOptions { DataFolder = _folder.At("data"), HttpPort = 0, GrpcPort = 0, ApiKeys = Keys }, cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Node.DisposeAsync();
        _folder.Dispose();
    }
}
