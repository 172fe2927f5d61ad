using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Client.Grpc.Gateways;
using Orleans.MLOps.Client.Polling;

namespace Orleans.MLOps.Client.Tests.Grpc.Gateways;

public sealed class GatewayPoolTests : IDisposable
{
    private static readonly RpcException Away = new(new(StatusCode.Unavailable, "away"));
    private readonly FakeTimeProvider clock = new();
    private readonly Gateway[] gateways = [.. Enumerable.Range(0, 3).Select(_ => new Gateway(GrpcChannel.ForAddress("http://127.0.0.1:9")))];
    private readonly GatewayPool pool;
    private int probes;
    private bool answers;

    public GatewayPoolTests() => pool = Create(GatewayBalancing.Stay);

    public void Dispose() => pool.Dispose();

    [Fact]
    public void Pick_Stay_IsTheFirstThatIsWell()
    {
        Assert.Same(gateways[0], pool.Pick());
        pool.Failed(gateways[0], Away);
        Assert.Same(gateways[1], pool.Pick());
        pool.Failed(gateways[1], Away);
        Assert.Same(gateways[2], pool.Pick());
        pool.Succeeded(gateways[0]);
        Assert.Same(gateways[0], pool.Pick());
    }

    [Fact]
    public void Pick_Spread_LeavesOutWhatFailed()
    {
        using var spread = Create(GatewayBalancing.Spread);
        Assert.Equal(gateways.ToHashSet(), Enumerable.Range(0, 3).Select(_ => spread.Pick()).ToHashSet());
        spread.Failed(gateways[1], Away);
        Assert.Equal([gateways[0], gateways[2]], Enumerable.Range(0, 6).Select(_ => spread.Pick()).ToHashSet().OrderBy(gateway => Array.IndexOf(gateways, gateway)));
    }

    [Fact]
    public void Pick_AllFailed_TriesThemInTurnWithoutWaiting()
    {
        foreach (var gateway in gateways.Concat(gateways))
        {
            Assert.Same(gateway, pool.Pick());
            pool.Failed(gateway, Away);
        }
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.FailedPrecondition)]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Cancelled)]
    public void Failed_Refusal_ChangesNothing(StatusCode status)
    {
        pool.Failed(gateways[0], new(new(status, "no")));
        Assert.Same(gateways[0], pool.Pick());
    }

    [Fact]
    public async Task Failed_GatewayStaysAway_IsProbedWithGrowingPausesUntilItAnswers()
    {
        pool.Failed(gateways[0], Away);
        pool.Failed(gateways[0], Away);
        foreach (var seconds in new[] { 1, 2, 4, 4 })
        {
            var before = probes;
            clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.Equal(before, probes);
            clock.Advance(TimeSpan.FromTicks(1));
            Assert.Equal(before + 1, probes);
        }

        Assert.NotSame(gateways[0], pool.Pick());
        answers = true;
        clock.Advance(TimeSpan.FromSeconds(4));
        while (pool.Pick() != gateways[0])
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public void Dispose_WhileWatching_EndsTheProbes()
    {
        pool.Failed(gateways[0], Away);
        pool.Dispose();
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, probes);
    }

    private GatewayPool Create(GatewayBalancing balancing) => new(
        gateways,
        balancing,
        (_, _) =>
        {
            probes++;
            return Task.FromResult(answers);
        },
        () => new Backoff(clock, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)));
}
