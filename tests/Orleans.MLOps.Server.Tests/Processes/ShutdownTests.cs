using Grpc.Health.V1;
using Grpc.Net.Client;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Processes;

public sealed class ShutdownTests : IDisposable
{
    /// <summary>What a node promises to whoever stops it.</summary>
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ServerProcess.Interrupt)]
    [InlineData(ServerProcess.Terminate)]
    public async Task Signal_IdleNode_ExitsZeroWithinPromise(int signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        await using var node = await ServerProcess.StartNodeAsync(_folder.Path);

        node.Signal(signal);

        Assert.Equal(0, await node.WaitForExitAsync(Promise));
        Assert.Empty(node.Errors);
    }

    [Fact]
    public async Task Signal_ClientHoldsStreamOpen_ExitsZeroWithinPromise()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        await using var node = await ServerProcess.StartNodeAsync(_folder.Path);
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{node.GrpcPort}");
        using var watch = new Health.HealthClient(channel).Watch(new HealthCheckRequest(), cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));

        node.Signal(ServerProcess.Terminate);

        Assert.Equal(0, await node.WaitForExitAsync(Promise));
    }

    [Fact]
    public async Task Signal_WhileStarting_ExitsWithoutStackTrace()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        await using var node = ServerProcess.Run(_folder.Path, ["--data", _folder.Path, "--http", "0", "--grpc", "0"]);
        while (!File.Exists(_folder.At("node.lock")))
        {
            await Task.Delay(10, Cancel);
        }

        node.Signal(ServerProcess.Terminate);

        Assert.Equal(0, await node.WaitForExitAsync(Promise));
        Assert.DoesNotContain(node.Errors, line => line.Contains("   at ", StringComparison.Ordinal));
    }
}
