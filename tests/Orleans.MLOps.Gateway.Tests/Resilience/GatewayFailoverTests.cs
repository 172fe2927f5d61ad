using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Gateway.Tests.Support;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Tests.Resilience;

public sealed class GatewayFailoverTests
{
    // Nobody listens on the port of the discard service here.
    private static readonly Uri Nobody = new("http://127.0.0.1:9");
    private readonly FakeTimeProvider clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(GatewayBalancing.Stay)]
    [InlineData(GatewayBalancing.Spread)]
    public async Task Call_OneGatewayDead_TheOtherAnswersEveryCall(GatewayBalancing balancing)
    {
        await using var host = await StartAsync("alive");
        using var client = Connect(new() { Addresses = [Nobody, host.Address], Balancing = balancing });
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("alive", await NameAsync(client));
            await client.Serving.PredictAsync(new() { Endpoint = "e" }, Token);
        }
    }

    [Fact]
    public async Task Connect_TextWithSeveralAddresses_FindsTheOneThatAnswers()
    {
        await using var host = await StartAsync("alive");
        using var client = MlopsGrpcClient.Connect($"{Nobody}, {host.Address}");
        Assert.Equal("alive", await NameAsync(client));
    }

    [Fact]
    public async Task Call_SpreadOverTwo_ReachesBothInTurn()
    {
        await using var first = await StartAsync("first");
        await using var second = await StartAsync("second");
        using var client = Connect(new() { Addresses = [first.Address, second.Address], Balancing = GatewayBalancing.Spread });
        var names = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            names.Add(await NameAsync(client));
        }

        Assert.Equal(2, names.Count(name => name == "first"));
        Assert.Equal(names[..2], names[2..]);
    }

    [Fact]
    public async Task Call_GatewayDiesBetweenCalls_TheOtherAnswers()
    {
        await using var first = await StartAsync("first");
        await using var second = await StartAsync("second");
        using var client = ConnectQuick(new() { Address = first.Address, Addresses = [second.Address] });
        Assert.Equal("first", await NameAsync(client));
        await first.KillAsync();
        Assert.Equal("second", await NameAsync(client));
        Assert.Equal("second", await NameAsync(client));
    }

    [Fact]
    public async Task Call_GatewayDiesDuringAnIdempotentCall_IsRepeatedAtTheOther()
    {
        await using var first = await StartAsync("first");
        await using var second = await StartAsync("second");
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        first.Platform.Handler = (_, arguments) => HangAsync<ModelInfo>(reached, (CancellationToken)arguments[^1]!);
        using var client = ConnectQuick(new() { Addresses = [first.Address, second.Address] });
        var call = NameAsync(client);
        await reached.Task.WaitAsync(Token);
        await first.KillAsync();
        Assert.Equal("second", await call);
    }

    [Fact]
    public async Task Call_GatewayDiesDuringACallThatIsSentOnce_IsUnavailableAndNotSentAgain()
    {
        await using var first = await StartAsync("first");
        await using var second = await StartAsync("second");
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sent = 0;
        first.Platform.Handler = (_, arguments) =>
        {
            Interlocked.Increment(ref sent);
            return HangAsync<PredictReply>(reached, (CancellationToken)arguments[^1]!);
        };
        second.Platform.Handler = (_, _) => Interlocked.Increment(ref sent) > 0 ? Task.FromResult(new PredictReply()) : null;
        using var client = Connect(new() { Addresses = [first.Address, second.Address], RepeatPredictions = false });
        var call = client.Serving.PredictAsync(new() { Endpoint = "e" }, Token);
        await reached.Task.WaitAsync(Token);
        await first.KillAsync();
        await Assert.ThrowsAsync<UnavailableException>(() => call);
        Assert.Equal(1, sent);
        await client.Serving.PredictAsync(new() { Endpoint = "e" }, Token);
        Assert.Equal(2, sent);
    }

    [Fact]
    public async Task Call_GatewayFrozen_IsLeftAfterOneAttempt()
    {
        await using var first = await StartAsync("first");
        await using var second = await StartAsync("second");
        Assert.Equal(("first", "second"), (await NameAsync(first.Client), await NameAsync(second.Client)));
        var attempts = 0;
        first.Platform.Handler = (_, arguments) =>
        {
            Interlocked.Increment(ref attempts);
            return HangAsync<ModelInfo>(new(), (CancellationToken)arguments[^1]!);
        };
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions
        {
            Addresses = [first.Address, second.Address],
            Timeout = TimeSpan.FromMilliseconds(300),
            RetryDelay = TimeSpan.FromMilliseconds(1),
            ReconnectDelay = TimeSpan.FromHours(1),
            LongestReconnectDelay = TimeSpan.FromHours(1),
        });
        Assert.Equal("second", await NameAsync(client));
        Assert.Equal("second", await NameAsync(client));

        // None when the other connection was there sooner.
        Assert.InRange(attempts, 0, 1);
    }

    [Fact]
    public async Task Call_GatewayComesBack_IsFoundByItselfWithoutAFailedCall()
    {
        var first = await StartAsync("first");
        await using var second = await StartAsync("second");
        var address = first.Address;
        using var client = ConnectQuick(new() { Addresses = [address, second.Address] });
        Assert.Equal("first", await NameAsync(client));
        await first.KillAsync();
        await first.DisposeAsync();
        Assert.Equal("second", await NameAsync(client));
        await using var again = await StartAsync("first", address.Port);
        while (await NameAsync(client) != "first")
        {
            Token.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task Call_GatewayBackButNotServing_IsNotAskedYet()
    {
        await using var first = await GatewayHost.StartAsync(HealthStatus.Unhealthy);
        await using var second = await StartAsync("second");
        var asked = 0;
        first.Platform.Handler = (_, _) => ++asked > 0 ? throw new UnavailableException("draining") : null;
        using var client = Connect(new() { Addresses = [first.Address, second.Address], Retries = 0 });
        await Assert.ThrowsAsync<UnavailableException>(() => NameAsync(client));
        for (var i = 0; i < 20; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(20));
            Assert.Equal("second", await NameAsync(client));
        }

        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Call_OnlyGatewayComesBack_IsFoundByTheNextCall()
    {
        var first = await StartAsync("first");
        var address = first.Address;
        using var client = Connect(new() { Address = address, Retries = 0 });
        Assert.Equal("first", await NameAsync(client));
        await first.KillAsync();
        await first.DisposeAsync();
        await Assert.ThrowsAsync<UnavailableException>(() => NameAsync(client));
        await using var again = await StartAsync("again", address.Port);
        Assert.Equal("again", await NameAsync(client));
    }

    [Fact]
    public async Task Upload_FirstGatewayDead_SendsAStreamThatCanSeekAgain()
    {
        await using var host = await StartAsync("alive");
        using var client = Connect(new() { Addresses = [Nobody, host.Address] });
        byte[]? arrived = null;
        host.Platform.Handler = (_, arguments) =>
        {
            using var memory = new MemoryStream();
            ((Stream)arguments[2]!).CopyToAsync(memory, Token).GetAwaiter().GetResult();
            arrived = memory.ToArray();
            return Task.FromResult(new ArtifactInfo { Path = "p", Digest = new('a', 64), Length = 3 });
        };
        using var content = new MemoryStream([0, 1, 2, 3]) { Position = 1 };
        await client.Experiments.LogArtifactAsync("r", "p", content, Token);
        Assert.Equal([1, 2, 3], arrived);
    }

    private static async Task<GatewayHost> StartAsync(string name, int port = 0)
    {
        var host = await GatewayHost.StartAsync(port: port);
        host.Platform.Handler = (method, _) => method.Name == nameof(IServingClient.PredictAsync)
            ? Task.FromResult(new PredictReply())
            : Task.FromResult(new ModelInfo { Project = "p", Name = name });
        return host;
    }

    private static async Task<string> NameAsync(GrpcMlopsClient client) => (await client.Models.GetAsync("m", cancellationToken: Token)).Name;

    // A call may meet its connection while it breaks and wait before it is repeated, so here time has to pass by itself.
    private static GrpcMlopsClient ConnectQuick(GrpcClientOptions options)
    {
        var pause = TimeSpan.FromMilliseconds(10);
        return MlopsGrpcClient.Connect(options with { RetryDelay = pause, ReconnectDelay = pause, LongestReconnectDelay = pause });
    }

    private static async Task<T> HangAsync<T>(TaskCompletionSource reached, CancellationToken cancelled)
    {
        reached.TrySetResult();
        await Task.Delay(Timeout.Infinite, cancelled);
        throw new InvalidOperationException("The wait ended without a cancellation.");
    }

    private GrpcMlopsClient Connect(GrpcClientOptions options) => MlopsGrpcClient.Connect(options, clock);
}
