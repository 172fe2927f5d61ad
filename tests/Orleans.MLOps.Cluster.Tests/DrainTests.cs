using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Cluster.Tests.Support;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Cluster.Tests;

[Collection(TestCluster.OneAtATime)]
public sealed class DrainTests
{
    private const int Clients = 3;
    private const int CallsBetween = 300;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Terminate_EachSiloUnderLoad_NoCallFailsAndEachCountsOnce()
    {
        await using var cluster = await TestCluster.StartAsync("all", "all", "all");
        await using var callers = await Callers.StartAsync(cluster.Gateways, Clients, appends: true, Cancel);
        for (var node = 0; node < cluster.Size; node++)
        {
            await callers.WaitForCallsAsync(CallsBetween, Cancel);
            cluster.Node(node).Signal(ServerProcess.Terminate);
            Assert.Equal(0, await cluster.Node(node).WaitForExitAsync());
            await callers.WaitForCallsAsync(CallsBetween, Cancel);
            await cluster.RestartNodeAsync(node);
        }

        await VerifyAsync(cluster, callers);
    }

    /// <summary>Idempotent calls with the default settings: while a silo is dead and not yet declared so they only take longer.</summary>
    [Fact]
    public async Task Kill_EachSiloUnderLoad_NoIdempotentCallFailsAndEachCountsOnce()
    {
        await using var cluster = await TestCluster.StartAsync("all", "all", "all");
        await using var callers = await Callers.StartAsync(cluster.Gateways, Clients, appends: false, Cancel);
        for (var node = 0; node < cluster.Size; node++)
        {
            await callers.WaitForCallsAsync(CallsBetween, Cancel);
            await cluster.KillAsync(node);
            await callers.WaitForCallsAsync(CallsBetween, Cancel);
            await cluster.RestartNodeAsync(node);
        }

        await VerifyAsync(cluster, callers);
    }

    private static async Task VerifyAsync(TestCluster cluster, Callers callers)
    {
        await callers.WaitForCallsAsync(CallsBetween, Cancel);
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Addresses = cluster.Gateways });
        await callers.VerifyAsync(client, Cancel);
        TestContext.Current.TestOutputHelper!.WriteLine($"{callers.Calls} calls, {callers.Failures.Count} failed");
        Assert.Empty(callers.Failures);
    }
}
