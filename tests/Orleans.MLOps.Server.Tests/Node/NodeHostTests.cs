using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Hosting.Time;
using Orleans.MLOps.Server.Node;
using Orleans.MLOps.Server.Tests.Support;
using Orleans.MLOps.Server.Web;

namespace Orleans.MLOps.Server.Tests.Node;

/// <summary>The node inside another program, as the demo and the benchmarks run it.</summary>
public sealed class NodeHostTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private NodeOptions OnFreePorts => new() { DataFolder = _folder.At("data"), HttpPort = 0, GrpcPort = 0 };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task StartAsync_SiloPortsTaken_TriesOthersAndKeepsDoors()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var offers = new Queue<int>([((IPEndPoint)taken.LocalEndpoint).Port, ((IPEndPoint)taken.LocalEndpoint).Port]);

        await using var node = await NodeHost.StartAsync(OnFreePorts, null, () => offers.TryDequeue(out var port) ? port : FreePort.Find(), Cancel);

        Assert.Empty(offers);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        Assert.Equal("ready", await http.GetStringAsync(new Uri($"http://127.0.0.1:{node.HttpPort}/health/ready"), Cancel));
    }

    [Fact]
    public async Task StartAsync_ReplayClock_IsThePlatformsEventTime()
    {
        var replay = new ReplayClock(new DateTimeOffset(2001, 2, 3, 0, 0, 0, TimeSpan.Zero));

        await using var node = await NodeHost.StartAsync(OnFreePorts, new PlatformClock(replay, TimeProvider.System), Cancel);

        Assert.Equal(replay.GetUtcNow(), node.Services.GetRequiredService<PlatformClock>().EventNow);
        Assert.NotNull(node.Client);
    }

    [Fact]
    public async Task StartAsync_NoMetrics_HasNoPageOfThem()
    {
        await using var node = await NodeHost.StartAsync(OnFreePorts with { Metrics = false }, cancellationToken: Cancel);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = node.HttpAddress };

        using var page = await http.GetAsync("/metrics", Cancel);

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.DoesNotContain("/metrics", await http.GetStringAsync("/", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopAsync_Twice_FreesFolderAndPorts()
    {
        var node = await NodeHost.StartAsync(OnFreePorts, cancellationToken: Cancel);
        await Task.WhenAll(node.StopAsync(Cancel), node.StopAsync(Cancel));
        await node.WaitForStopRequestAsync(Cancel);

        await using var again = await NodeHost.StartAsync(OnFreePorts with { HttpPort = node.HttpPort, GrpcPort = node.GrpcPort }, cancellationToken: Cancel);

        Assert.Equal(node.HttpPort, again.HttpPort);
    }

    [Fact]
    public async Task StartAsync_CancelledAtStart_LeavesNothingBehind()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => NodeHost.StartAsync(OnFreePorts, cancellationToken: new CancellationToken(canceled: true)));

        await using var node = await NodeHost.StartAsync(OnFreePorts, cancellationToken: Cancel);
    }

    [Fact]
    public async Task Readiness_StopRequested_SaysStopping()
    {
        await using var node = await NodeHost.StartAsync(OnFreePorts, cancellationToken: Cancel);
        var readiness = node.Services.GetRequiredService<NodeReadiness>();
        Assert.Null(readiness.Obstacle());

        var obstacle = "";
        node.Services.GetRequiredService<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().ApplicationStopping.Register(() => obstacle = readiness.Obstacle());
        await node.StopAsync(Cancel);

        Assert.Equal("stopping", obstacle);
    }
}
