using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Gateway.Tests.Support;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Tests.Resilience;

public sealed class RepeatTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_FirstAttemptHangs_IsRepeatedAfterItsTimeout()
    {
        await using var host = await GatewayHost.StartAsync();
        var attempts = 0;
        host.Platform.Handler = (_, arguments) => Interlocked.Increment(ref attempts) == 1
            ? HangAsync((CancellationToken)arguments[^1]!)
            : Task.FromResult(new ModelInfo { Project = "p", Name = "m" });
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions
        {
            Address = host.Address,
            Timeout = TimeSpan.FromMilliseconds(300),
            RetryDelay = TimeSpan.FromMilliseconds(1),
        });
        Assert.Equal("m", (await client.Models.GetAsync("m", cancellationToken: Token)).Name);
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task Call_TotalTimePasses_IsTimeoutThoughRepeatsAreLeft()
    {
        await using var host = await GatewayHost.StartAsync();
        var clock = new FakeTimeProvider();
        host.Platform.Handler = (_, _) =>
        {
            clock.Advance(TimeSpan.FromSeconds(61));
            throw new UnavailableException("away");
        };
        using var client = MlopsGrpcClient.Connect(
            new GrpcClientOptions { Address = host.Address, Retries = 20, RetryDelay = TimeSpan.FromHours(1), TotalTimeout = TimeSpan.FromMinutes(1) }, clock);
        var error = await Assert.ThrowsAsync<TimeoutException>(() => client.Models.GetAsync("m", cancellationToken: Token));
        Assert.Contains("00:01:00", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task PredictAsync_PlatformAwayOnce_IsRepeatedUnderItsNameUnlessTheOptionForbidsIt(bool repeat, int expected)
    {
        await using var host = await GatewayHost.StartAsync();
        var asked = 0;
        var requests = new List<PredictRequest>();
        host.Platform.Handler = (_, arguments) =>
        {
            requests.Add((PredictRequest)arguments[0]!);
            return ++asked == 1 ? throw new UnavailableException("away") : Task.FromResult(new PredictReply());
        };
        using var client = MlopsGrpcClient.Connect(
            new GrpcClientOptions { Address = host.Address, RetryDelay = TimeSpan.FromMilliseconds(1), RepeatPredictions = repeat });
        var error = await Record.ExceptionAsync(() => client.Serving.PredictAsync(new() { Endpoint = "e" }, Token));
        Assert.Equal(!repeat, error is UnavailableException);
        Assert.Equal(expected, asked);
        Assert.Single(requests.Select(request => request.OperationId).Distinct());
        Assert.NotNull(requests[0].OperationId);
        Assert.Equal([false, .. Enumerable.Repeat(true, expected - 1)], requests.Select(request => request.IsRepeat));
    }

    [Fact]
    public async Task InferAsync_PlatformAwayOnce_IsRepeatedUnderItsName()
    {
        await using var host = await GatewayHost.StartAsync();
        var requests = new List<InferRequest>();
        host.Platform.Handler = (_, arguments) =>
        {
            requests.Add((InferRequest)arguments[0]!);
            return requests.Count % 2 == 1 ? throw new UnavailableException("away") : Task.FromResult(new InferReply());
        };
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = host.Address, RetryDelay = TimeSpan.FromMilliseconds(1) });

        await client.Serving.InferAsync(new() { Endpoint = "e" }, Token);
        await client.Serving.InferAsync(new() { Endpoint = "e", OperationId = "mine" }, Token);
        await client.Serving.InferAsync(new() { Endpoint = "e", MustNotRecord = true }, Token);

        Assert.Equal([false, true, false, true, false, true], requests.Select(request => request.IsRepeat));
        Assert.Equal(requests[0].OperationId, requests[1].OperationId);
        Assert.Equal(32, requests[0].OperationId!.Length);
        Assert.Equal(["mine", "mine", null, null], requests.Skip(2).Select(request => request.OperationId));
    }

    private static async Task<ModelInfo> HangAsync(CancellationToken cancelled)
    {
        await Task.Delay(Timeout.Infinite, cancelled);
        throw new InvalidOperationException("The wait ended without a cancellation.");
    }
}
