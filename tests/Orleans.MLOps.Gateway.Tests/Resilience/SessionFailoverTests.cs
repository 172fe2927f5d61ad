using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Gateway.Tests.Support;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Tests.Resilience;

public sealed class SessionFailoverTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ServeAsync_GatewayDies_IsSentAgainUnderItsNameToTheOther()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (lost, taken) = (new List<ServeRequest>(), new List<ServeRequest>());
        await using var first = await HostAsync(async (request, cancelled) =>
        {
            lost.Add(request);
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancelled);
            return Reply(1);
        });
        await using var second = await HostAsync((request, _) =>
        {
            taken.Add(request);
            return Task.FromResult(Reply(2));
        });
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Addresses = [first.Address, second.Address] });
        await using var session = await client.Serving.OpenSessionAsync(Token);
        var answering = session.ServeAsync(Request(), Token);
        await reached.Task.WaitAsync(Token);
        var waiting = session.ServeAsync(Request(), Token);
        await first.KillAsync();

        Assert.Equal(2, (await answering).Predictions.Probabilities[0]);
        Assert.Equal(2, (await waiting).Predictions.Probabilities[0]);
        var (before, after) = (Assert.Single(lost), taken[0]);
        Assert.Equal((false, true), (before.Predict.IsRepeat, after.Predict.IsRepeat));
        Assert.Equal(before.Predict.OperationId, after.Predict.OperationId);
        Assert.Equal((before.Observations!.Source, before.Observations.Number), (after.Observations!.Source, after.Observations.Number));
        Assert.Equal(2, taken.Select(request => request.Predict.OperationId).Distinct().Count());
        Assert.False(taken[1].Predict.IsRepeat);
    }

    [Fact]
    public async Task ServeAsync_GatewayStops_GoesOnAtTheOther()
    {
        await using var first = await HostAsync((_, _) => Task.FromResult(Reply(1)));
        await using var second = await HostAsync((_, _) => Task.FromResult(Reply(2)));
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Addresses = [first.Address, second.Address], Retries = 1 });
        await using var session = await client.Serving.OpenSessionAsync(Token);
        Assert.Equal(1, (await session.ServeAsync(Request(), Token)).Predictions.Probabilities[0]);

        await first.DisposeAsync();

        Assert.Equal(2, (await session.ServeAsync(Request(), Token)).Predictions.Probabilities[0]);
    }

    [Fact]
    public async Task ServeAsync_NoAnswerInTime_IsSentAgainUnderItsName()
    {
        var taken = new List<ServeRequest>();
        await using var host = await HostAsync(async (request, cancelled) =>
        {
            taken.Add(request);
            await Task.Delay(taken.Count == 1 ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancelled);
            return Reply(taken.Count);
        });
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = host.Address, Timeout = TimeSpan.FromSeconds(1), RetryDelay = TimeSpan.FromMilliseconds(1) });
        await using var session = await client.Serving.OpenSessionAsync(Token);

        Assert.Equal(2, (await session.ServeAsync(Request(), Token)).Predictions.Probabilities[0]);
        Assert.Equal([false, true], taken.Select(request => request.Predict.IsRepeat));
        Assert.Equal(taken[0].Predict.OperationId, taken[1].Predict.OperationId);
    }

    [Fact]
    public async Task ServeAsync_NeverAnAnswer_IsATimeoutInTheEnd()
    {
        await using var host = await HostAsync(async (_, cancelled) =>
        {
            await Task.Delay(Timeout.Infinite, cancelled);
            return Reply(1);
        });
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = host.Address, Timeout = TimeSpan.FromSeconds(1), Retries = 0 });
        await using var session = await client.Serving.OpenSessionAsync(Token);

        await Assert.ThrowsAsync<TimeoutException>(() => session.ServeAsync(Request(), Token));
    }

    private static async Task<GatewayHost> HostAsync(Func<ServeRequest, CancellationToken, Task<ServeReply>> serve)
    {
        var host = await GatewayHost.StartAsync();
        host.Platform.Handler = (_, _) => Task.FromResult(CallProxy.Create<IServingSession>((method, arguments) => method.Name == nameof(IServingSession.ServeAsync)
            ? serve((ServeRequest)arguments[0]!, (CancellationToken)arguments[1]!)
            : ValueTask.CompletedTask));
        return host;
    }

    private static ServeRequest Request() => new()
    {
        Predict = new() { Endpoint = "e" },
        Observations = new() { Keys = ["k"], Values = [1], ObservedAt = [DateTimeOffset.UnixEpoch] },
    };

    private static ServeReply Reply(double probability) => new() { Predictions = new() { Probabilities = [probability] } };
}
