using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Gateway.Tests.Support;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Tests.Resilience;

public sealed class SilentNetworkTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_ConnectionIsCutSilently_IsNoticedByPingsLongBeforeTheTimeout()
    {
        await using var host = await GatewayHost.StartAsync();
        using var relay = new Relay(host.Address);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Platform.Handler = (_, arguments) => HangAsync(reached, (CancellationToken)arguments[^1]!);
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions
        {
            Address = new($"http://127.0.0.1:{relay.Port}"),
            KeepAlive = TimeSpan.FromSeconds(3),
            Timeout = TimeSpan.FromMinutes(1),
            Retries = 0,
        });
        var call = client.Serving.PredictAsync(new() { Endpoint = "e" }, Token);
        await reached.Task.WaitAsync(Token);
        relay.Cut();
        var cutAt = TimeProvider.System.GetTimestamp();
        await Assert.ThrowsAsync<UnavailableException>(() => call);
        Assert.InRange(TimeProvider.System.GetElapsedTime(cutAt).TotalSeconds, 0, 20);
    }

    [Fact]
    public async Task Call_GatewayAcceptsButNeverSpeaksTls_IsLeftForTheOneWithoutTls()
    {
        await using var host = await GatewayHost.StartAsync();
        using var silent = new Relay(target: null);
        host.Platform.Handler = (method, _) => method.Name == nameof(IServingClient.PredictAsync)
            ? Task.FromResult(new PredictReply())
            : Task.FromResult(new ModelInfo { Project = "p", Name = "m" });
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions
        {
            Addresses = [new($"https://127.0.0.1:{silent.Port}"), host.Address],
            ConnectTimeout = TimeSpan.FromMilliseconds(200),
        });

        // Sent once, but not even once before there was a connection.
        await client.Serving.PredictAsync(new() { Endpoint = "e" }, Token);
        Assert.Equal("m", (await client.Models.GetAsync("m", cancellationToken: Token)).Name);
    }

    private static async Task<PredictReply> HangAsync(TaskCompletionSource reached, CancellationToken cancelled)
    {
        reached.TrySetResult();
        await Task.Delay(Timeout.Infinite, cancelled);
        return new();
    }
}
