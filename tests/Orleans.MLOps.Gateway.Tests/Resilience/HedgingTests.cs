using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Gateway.Tests.Support;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Tests.Resilience;

/// <summary>Second attempts at another gateway, over the wire.</summary>
public sealed class HedgingTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(GatewayBalancing.Stay)]
    [InlineData(GatewayBalancing.Spread)]
    public async Task Infer_GatewayThatIsSlow_IsAnsweredByTheOtherAndCancelled(GatewayBalancing balancing)
    {
        await using var first = await GatewayHost.StartAsync();
        await using var second = await GatewayHost.StartAsync();
        var reached = new TaskCompletionSource<(InferRequest Request, GatewayHost Host)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hedge = new TaskCompletionSource<(InferRequest Request, GatewayHost Host)>(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var host in new[] { first, second })
        {
            host.Platform.Handler = (_, arguments) =>
            {
                if (reached.TrySetResult(((InferRequest)arguments[0]!, host)))
                {
                    return HangAsync<InferReply>(left, (CancellationToken)arguments[^1]!);
                }

                hedge.TrySetResult(((InferRequest)arguments[0]!, host));
                return Task.FromResult(new InferReply { Variant = "hedge" });
            };
        }

        using var client = Connect(new() { Addresses = [first.Address, second.Address], Hedging = new() { Delay = Delay }, Balancing = balancing });
        var call = client.Serving.InferAsync(new() { Endpoint = "e", RequestId = "r" }, Token);
        var primary = await reached.Task.WaitAsync(Token);
        Assert.False(hedge.Task.IsCompleted);
        clock.Advance(Delay);

        Assert.Equal("hedge", (await call).Variant);
        await left.Task.WaitAsync(Token);
        var other = await hedge.Task;
        Assert.NotSame(primary.Host, other.Host);
        Assert.Equal((false, true), (primary.Request.MustNotRecord, other.Request.MustNotRecord));
        Assert.Equal(("r", "r"), (primary.Request.RequestId, other.Request.RequestId));
    }

    [Fact]
    public async Task OtherCalls_ThatAreSlow_AreSentOnce()
    {
        await using var first = await GatewayHost.StartAsync();
        await using var second = await GatewayHost.StartAsync();
        second.Platform.Handler = (method, _) => throw new InvalidOperationException($"{method.Name} was sent twice.");
        using var client = Connect(new() { Addresses = [first.Address, second.Address], Hedging = new() { Delay = Delay } });
        Func<Task>[] calls =
        [
            () => client.Serving.PredictAsync(new() { Endpoint = "e" }, Token),
            () => client.Serving.DeployAsync(new() { Name = "e", Model = "m", OperationId = "o" }, Token),
            () => client.Serving.DescribeAsync(new() { Endpoint = "e" }, Token),
            () => client.Monitoring.LabelAsync(new() { Endpoint = "e" }, Token),
        ];

        foreach (var call in calls)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var sent = 0;
            first.Platform.Handler = (_, _) =>
            {
                Interlocked.Increment(ref sent);
                reached.TrySetResult();
                answer.Task.Wait(Token);
                throw new NotFoundException("answered");
            };
            var made = call();
            await reached.Task.WaitAsync(Token);
            clock.Advance(Delay * 10);
            answer.SetResult();

            await Assert.ThrowsAsync<NotFoundException>(() => made);
            Assert.Equal(1, sent);
        }
    }

    private GrpcMlopsClient Connect(GrpcClientOptions options) => new(options, clock);

    private static async Task<T> HangAsync<T>(TaskCompletionSource left, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            left.SetResult();
        }

        throw new InvalidOperationException("It never ends by itself.");
    }
}
