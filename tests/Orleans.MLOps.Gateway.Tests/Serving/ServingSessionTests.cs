using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Gateway.Tests.Support;
using Orleans.MLOps.Serving;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Gateway.Tests.Serving;

public sealed class ServingSessionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ServeAsync_ManyMessages_AnswersEachInOrder()
    {
        await using var host = await HostAsync(request => Echo(request));
        var session = await host.Client.Serving.OpenSessionAsync(Token);
        await using (session)
        {
            for (var i = 0; i < 200; i++)
            {
                var request = Request(i);
                var reply = await session.ServeAsync(i % 2 == 0 ? request : request with { Labels = new() { Endpoint = "e", PredictionIds = ["1", "2"] } }, Token);
                Assert.Equal([i], reply.Predictions.Probabilities);
                Assert.Equal(i % 2 == 0 ? null : 2L, reply.Labels?.Accepted);
            }
        }
    }

    [Fact]
    public async Task Serve_MessagesSentAhead_AreAnsweredInOrder()
    {
        await using var host = await HostAsync(request => Echo(request));
        using var call = new W.Serving.ServingClient(host.Channel).Serve(cancellationToken: Token);
        for (var i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync(Message(i), Token);
        }

        await call.RequestStream.CompleteAsync();
        var answers = new List<double>();
        while (await call.ResponseStream.MoveNext(Token))
        {
            answers.Add(call.ResponseStream.Current.Predictions.Probabilities[0]);
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (double)i), answers);
    }

    [Fact]
    public async Task ServeAsync_BadMessage_EndsTheStreamWithTheTypedError()
    {
        await using var host = await HostAsync(request => request.Predict.Columns[0].Numbers![0] == 1
            ? throw new InvalidInputException("feature 'x' is missing", "x")
            : Echo(request));
        var session = await host.Client.Serving.OpenSessionAsync(Token);
        await using (session)
        {
            await session.ServeAsync(Request(0), Token);
            var error = await Assert.ThrowsAsync<InvalidInputException>(() => session.ServeAsync(Request(1), Token));
            Assert.Equal(("feature 'x' is missing", "x"), (error.Message, error.Field));
            await Assert.ThrowsAsync<FailedPreconditionException>(() => session.ServeAsync(Request(2), Token));
        }
    }

    [Fact]
    public async Task ServeAsync_MessageRefusedByTheSdk_LeavesTheStreamOpen()
    {
        await using var host = await HostAsync(request => Echo(request));
        var session = await host.Client.Serving.OpenSessionAsync(Token);
        await using (session)
        {
            await Assert.ThrowsAsync<InvalidInputException>(() => session.ServeAsync(new() { Predict = new() { Endpoint = null! } }, Token));
            var reply = await session.ServeAsync(Request(3), Token);
            Assert.Equal([3], reply.Predictions.Probabilities);
        }
    }

    [Fact]
    public async Task ServeAsync_Cancelled_EndsTheSession()
    {
        using var source = new CancellationTokenSource();
        await using var host = await HostAsync(async request =>
        {
            await source.CancelAsync();
            await Task.Delay(Timeout.Infinite, Token);
            return await Echo(request);
        });
        var session = await host.Client.Serving.OpenSessionAsync(Token);
        await using (session)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.ServeAsync(Request(0), source.Token));
            await Assert.ThrowsAsync<FailedPreconditionException>(() => session.ServeAsync(Request(1), Token));
        }
    }

    [Fact]
    public async Task DisposeAsync_OpenSession_ClosesTheOneOfThePlatform()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await HostAsync(request => Echo(request), closed);
        var session = await host.Client.Serving.OpenSessionAsync(Token);
        await session.ServeAsync(Request(0), Token);
        await session.DisposeAsync();
        await closed.Task.WaitAsync(Token);
    }

    private static async Task<GatewayHost> HostAsync(Func<ServeRequest, Task<ServeReply>> serve, TaskCompletionSource? closed = null)
    {
        var host = await GatewayHost.StartAsync();
        var session = CallProxy.Create<IServingSession>((method, arguments) =>
        {
            if (method.Name == nameof(IServingSession.ServeAsync))
            {
                return serve((ServeRequest)arguments[0]!);
            }

            closed?.SetResult();
            return ValueTask.CompletedTask;
        });
        host.Platform.Handler = (_, _) => Task.FromResult(session);
        return host;
    }

    private static ServeRequest Request(int number) => new() { Predict = new() { Endpoint = "e", Columns = [new() { Name = "x", Numbers = [number] }] } };

    private static W.ServeRequest Message(int number) =>
        new() { Predict = new() { Endpoint = "e", Columns = { new W.FeatureColumn { Name = "x", Numbers = { number } } } } };

    private static Task<ServeReply> Echo(ServeRequest request) => Task.FromResult(new ServeReply
    {
        Predictions = new() { Probabilities = request.Predict.Columns[0].Numbers! },
        Labels = request.Labels is { } labels ? new() { Accepted = labels.PredictionIds.Length } : null,
    });
}
