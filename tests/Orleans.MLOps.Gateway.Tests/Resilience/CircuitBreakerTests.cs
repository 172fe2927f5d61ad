using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Client.Errors;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Gateway.Tests.Support;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Gateway.Tests.Resilience;

public sealed class CircuitBreakerTests
{
    private readonly FakeTimeProvider clock = new();
    private int asked;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_PlatformAwayRepeatedly_IsHeldBackUntilAProbeSucceeds()
    {
        await using var host = await GatewayHost.StartAsync();
        Answer(host, new UnavailableException("away"));
        using var client = Connect(host);
        await FailAsync(client, 10);
        Assert.Equal(10, asked);

        var held = await Assert.ThrowsAsync<UnavailableException>(() => GetAsync(client));
        Assert.Equal("circuit", held.Field);
        Assert.Contains("5.0 s", held.Message, StringComparison.Ordinal);
        Assert.Contains("away", held.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UnavailableException>(() => client.Serving.PredictAsync(new() { Endpoint = "e" }, Token));
        Assert.Equal(10, asked);

        // Half open: one call goes out, and its failure opens the circuit again.
        clock.Advance(TimeSpan.FromSeconds(5));
        await FailAsync(client, 3);
        Assert.Equal(11, asked);

        clock.Advance(TimeSpan.FromSeconds(5));
        Answer(host, null);
        for (var i = 0; i < 3; i++)
        {
            await GetAsync(client);
        }

        Assert.Equal(14, asked);
    }

    [Theory]
    [InlineData(ErrorCode.NotFound)]
    [InlineData(ErrorCode.InvalidInput)]
    [InlineData(ErrorCode.FailedPrecondition)]
    [InlineData(ErrorCode.PermissionDenied)]
    [InlineData(ErrorCode.ResourceExhausted)]
    public async Task Call_RefusedManyTimes_AlwaysReachesThePlatformAndKeepsItsType(ErrorCode code)
    {
        await using var host = await GatewayHost.StartAsync();
        var refusal = TypedErrors.Create(code, "no", "field");
        Answer(host, refusal);
        using var client = Connect(host);
        for (var i = 0; i < 30; i++)
        {
            var error = await Assert.ThrowsAnyAsync<MLOpsException>(() => GetAsync(client));
            Assert.Equal((refusal.GetType(), "no", "field"), (error.GetType(), error.Message, error.Field));
        }

        Assert.Equal(30, asked);
    }

    [Fact]
    public async Task Call_BreakerTurnedOff_AlwaysReachesThePlatform()
    {
        await using var host = await GatewayHost.StartAsync();
        Answer(host, new UnavailableException("away"));
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = host.Address, Retries = 0, CircuitBreaker = null }, clock);
        await FailAsync(client, 30);
        Assert.Equal(30, asked);
    }

    private static Task<ModelInfo> GetAsync(IMlopsClient client) => client.Models.GetAsync("m", cancellationToken: Token);

    private static async Task FailAsync(IMlopsClient client, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await Assert.ThrowsAsync<UnavailableException>(() => GetAsync(client));
        }
    }

    private GrpcMlopsClient Connect(GatewayHost host) => MlopsGrpcClient.Connect(new GrpcClientOptions { Address = host.Address, Retries = 0 }, clock);

    private void Answer(GatewayHost host, Exception? error) => host.Platform.Handler = (_, _) =>
    {
        asked++;
        return error is null ? Task.FromResult(new ModelInfo { Project = "p", Name = "m" }) : throw error;
    };
}
