using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Gateway.Tests.Support;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Tests.Resilience;

public sealed class SessionFailoverTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ServeAsync_GatewayDies_FailsWhatIsPendingAndTheNextSessionGoesToTheOther()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sent = 0;
        await using var first = await HostAsync(async (_, cancelled) =>
        {
            sent++;
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancelled);
            return Reply(1);
        });
        await using var second = await HostAsync((_, _) => Task.FromResult(Reply(2)));
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Addresses = [first.Address, second.Address] });
        await using (var session = await client.Serving.OpenSessionAsync(Token))
        {
            var answering = session.ServeAsync(Request(), Token);
            await reached.Task.WaitAsync(Token);
            var waiting = session.ServeAsync(Request(), Token);
            await first.KillAsync();
            await Assert.ThrowsAsync<UnavailableException>(() => answering);
            await Assert.ThrowsAsync<UnavailableException>(() => waiting);
            var later = await Assert.ThrowsAsync<UnavailableException>(() => session.ServeAsync(Request(), Token));
            Assert.Contains("open another", later.Message, StringComparison.Ordinal);
        }

        await using var next = await client.Serving.OpenSessionAsync(Token);
        var reply = await next.ServeAsync(Request(), Token);
        Assert.Equal([2], reply.Predictions.Probabilities);
        Assert.Equal(1, sent);
    }

    private static async Task<GatewayHost> HostAsync(Func<ServeRequest, CancellationToken, Task<ServeReply>> serve)
    {
        var host = await GatewayHost.StartAsync();
        host.Platform.Handler = (_, _) => Task.FromResult(CallProxy.Create<IServingSession>((method, arguments) => method.Name == nameof(IServingSession.ServeAsync)
            ? serve((ServeRequest)arguments[0]!, (CancellationToken)arguments[1]!)
            : ValueTask.CompletedTask));
        return host;
    }

    private static ServeRequest Request() => new() { Predict = new() { Endpoint = "e" } };

    private static ServeReply Reply(double probability) => new() { Predictions = new() { Probabilities = [probability] } };
}
