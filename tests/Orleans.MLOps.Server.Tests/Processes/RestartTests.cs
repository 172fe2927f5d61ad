using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Processes;

public sealed class RestartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ServerProcess.Terminate)]
    [InlineData(ServerProcess.Kill)]
    public async Task Restart_AfterSignal_AcknowledgedDataAreThere(int signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        ExperimentInfo created;
        await using (var first = await ServerProcess.StartNodeAsync(_folder.Path))
        {
            using var client = MlopsGrpcClient.Connect($"http://127.0.0.1:{first.GrpcPort}");
            created = await client.Experiments.CreateAsync("kept", cancellationToken: Cancel);
            first.Signal(signal);
            await first.WaitForExitAsync();
        }

        await using var second = await ServerProcess.StartNodeAsync(_folder.Path);
        using var again = MlopsGrpcClient.Connect($"http://127.0.0.1:{second.GrpcPort}");

        var found = Assert.Single(await again.Experiments.ListAsync(cancellationToken: Cancel), experiment => experiment.Name == "kept");
        Assert.Equal(created.ExperimentId, found.ExperimentId);
    }
}
