using Orleans.MLOps.Experiments;
using System.Net;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Server.Demo;
using Orleans.MLOps.Server.Node;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Security;

public sealed class TlsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificate _certificate = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private NodeOptions WithTls => new()
    {
        DataFolder = _folder.At("data"),
        HttpPort = 0,
        GrpcPort = 0,
        Tls = new() { Certificate = _certificate.WritePem(_folder.At("both.pem"), withKey: true) },
    };

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Start_Certificate_BothPortsSpeakTlsAndAskForKeys()
    {
        await using var node = await NodeHost.StartAsync(WithTls with { ApiKeys = LockedNode.Keys }, cancellationToken: Cancel);

        Assert.Equal((Uri.UriSchemeHttps, Uri.UriSchemeHttps), (node.HttpAddress.Scheme, node.GrpcAddress.Scheme));
        using var http = new HttpClient(_certificate.TrustingHandler());
        Assert.Equal("ready", await http.GetStringAsync(new Uri(node.HttpAddress, "/health/ready"), Cancel));
        using var refused = await http.GetAsync(node.HttpAddress, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        http.DefaultRequestHeaders.Authorization = new("Bearer", LockedNode.CallerKey);
        Assert.Contains($"<code>127.0.0.1:{node.GrpcPort}</code> (HTTP/2 with TLS)", await http.GetStringAsync(node.HttpAddress, Cancel), StringComparison.Ordinal);
        using var client = Connect(node, LockedNode.CallerKey);
        Assert.Equal("over-tls", (await client.Experiments.CreateAsync("over-tls", cancellationToken: Cancel)).Name);
        using var stranger = Connect(node, LockedNode.StrangerKey);
        await Assert.ThrowsAsync<PermissionDeniedException>(() => stranger.Experiments.ListAsync(cancellationToken: Cancel));
    }

    [Fact]
    public async Task Start_Certificate_PlainTextGetsNoAnswer()
    {
        await using var node = await NodeHost.StartAsync(WithTls, cancellationToken: Cancel);

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(new Uri($"http://127.0.0.1:{node.HttpPort}/health/ready"), Cancel));
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = new($"http://127.0.0.1:{node.GrpcPort}"), Retries = 0 });
        await Assert.ThrowsAnyAsync<Exception>(() => client.Experiments.ListAsync(cancellationToken: Cancel));
    }

    [Fact]
    public async Task Start_Certificate_AnnouncesHttps()
    {
        await using var node = await NodeHost.StartAsync(WithTls, cancellationToken: Cancel);
        using var announced = new StringWriter();

        Announcement.Write(announced, node);

        Assert.Contains($"https://127.0.0.1:{node.GrpcPort}{Environment.NewLine}", announced.ToString(), StringComparison.Ordinal);
        Assert.Contains($"https://127.0.0.1:{node.HttpPort}/dashboard{Environment.NewLine}", announced.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("http://", announced.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_MissingCertificate_IsOneSentence()
    {
        await using var process = ServerProcess.Run(_folder.Path, ["--data", _folder.At("data"), "--http", "0", "--grpc", "0", "--tls-certificate", _folder.At("nothing.pem")]);

        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.Contains("which does not exist; name a readable file.", Assert.Single(process.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HealthCommand_NodeWithTls_ExitsZero()
    {
        await using var node = await NodeHost.StartAsync(WithTls, cancellationToken: Cancel);

        await using var health = ServerProcess.Run(_folder.Path, ["health", "--http", $"{node.HttpPort}"], ("MLOPS_TLS_CERTIFICATE", _folder.At("both.pem")));

        Assert.Equal(0, await health.WaitForExitAsync());
        Assert.Equal(["ready"], health.Output);
    }

    [Fact]
    public async Task DemoDoor_NodeWithKeysAndTls_LetsTheDemoIn()
    {
        var door = DemoDoor.Of(WithTls with { ApiKeys = LockedNode.Keys });
        await using var node = await NodeHost.StartAsync(door.Node, cancellationToken: Cancel);
        using var client = door.Connect(node);

        Assert.NotNull(await client.Experiments.ListAsync(cancellationToken: Cancel));
    }

    [Fact]
    public void DemoDoor_NodeWithoutKeys_StaysOpen()
    {
        var options = WithTls;

        Assert.Same(options, DemoDoor.Of(options).Node);
    }

    private GrpcMlopsClient Connect(NodeHost node, string key) => MlopsGrpcClient.Connect(new GrpcClientOptions
    {
        Address = node.GrpcAddress,
        ApiKey = key,
        ConfigureChannel = channel => channel.HttpHandler = _certificate.TrustingHandler(),
    });
}
