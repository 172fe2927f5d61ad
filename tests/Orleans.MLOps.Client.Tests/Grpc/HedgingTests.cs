using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Client.Grpc;
using Polly;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Tests.Grpc;

public sealed class HedgingTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);
    private static readonly GrpcClientOptions Options = new()
    {
        Addresses = [new("http://127.0.0.1:1"), new("http://127.0.0.1:2")],
        Hedging = new() { Delay = Delay },
        Retries = 0,
    };

    private readonly FakeTimeProvider _clock = new();
    private readonly List<Attempt> _attempts = [];
    private Task _call = Task.CompletedTask;

    [Fact]
    public async Task Hedged_SlowTry_GetsASecondAttemptAfterTheDelayOnly()
    {
        var call = RunAsync(Options);

        _clock.Advance(Delay - TimeSpan.FromMilliseconds(1));
        Assert.Single(_attempts);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await SentAsync(2);
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([false, true], _attempts.Select(attempt => attempt.IsHedge));
        Assert.False(call.IsCompleted);
        _attempts[1].Answer.SetResult(new() { Variant = "second" });
        Assert.Equal("second", (await call).Variant);
        Assert.True(_attempts[0].Cancelled.IsCancellationRequested);
    }

    [Fact]
    public async Task Hedged_FirstAnswersFirst_WinsAndTheSecondIsCancelled()
    {
        var call = RunAsync(Options);
        _clock.Advance(Delay);
        await SentAsync(2);

        _attempts[0].Answer.SetResult(new() { Variant = "first" });

        Assert.Equal("first", (await call).Variant);
        Assert.True(_attempts[1].Cancelled.IsCancellationRequested);
    }

    [Fact]
    public async Task Hedged_QuickAnswer_IsSentOnce()
    {
        var call = RunAsync(Options);
        _attempts[0].Answer.SetResult(new() { Variant = "first" });

        Assert.Equal("first", (await call).Variant);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(_attempts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hedged_SecondFailsOrIsRefusedBecauseItWouldBeRecorded_TheFirstOnesAnswerIsWaitedFor(bool refused)
    {
        var call = RunAsync(Options);
        _clock.Advance(Delay);
        await SentAsync(2);
        _attempts[1].Answer.SetException(refused ? new FailedPreconditionException("recorded", GrpcCalls.Recorded) : new UnavailableException("away"));

        _attempts[0].Answer.SetResult(new() { Variant = "first" });

        Assert.Equal("first", (await call).Variant);
        Assert.Equal(2, _attempts.Count);
    }

    [Fact]
    public async Task Hedged_BothFail_TheFirstOnesErrorIsTheCalls()
    {
        var call = RunAsync(Options);
        _clock.Advance(Delay);
        await SentAsync(2);
        _attempts[1].Answer.SetException(new FailedPreconditionException("recorded", GrpcCalls.Recorded));
        _attempts[0].Answer.SetException(new TimeoutException("first"));

        Assert.Equal("first", (await Assert.ThrowsAsync<TimeoutException>(() => call)).Message);
    }

    [Fact]
    public async Task Hedged_RefusalOfTheFirst_IsItsAnswer()
    {
        var call = RunAsync(Options);
        _attempts[0].Answer.SetException(new InvalidInputException("bad", "inputs"));

        await Assert.ThrowsAsync<InvalidInputException>(() => call);
        Assert.Single(_attempts);
    }

    [Fact]
    public async Task Hedged_RepeatedTry_IsHedgedAnew()
    {
        var call = RunAsync(Options with { Retries = 1, RetryDelay = TimeSpan.FromSeconds(1), TotalTimeout = TimeSpan.FromDays(1) });
        _attempts[0].Answer.SetException(new UnavailableException("away"));
        await SentAsync(2, TimeSpan.FromMilliseconds(10));
        _attempts[1].Answer.SetException(new UnavailableException("away"));
        await SentAsync(3, TimeSpan.FromMilliseconds(10));
        await SentAsync(4, TimeSpan.FromMilliseconds(10));
        _attempts[3].Answer.SetResult(new() { Variant = "fourth" });

        Assert.Equal("fourth", (await call).Variant);
        Assert.Equal([false, true, false, true], _attempts.Select(attempt => attempt.IsHedge));
    }

    [Fact]
    public void Hedged_ByDefault_IsOff() => Assert.Null(new GrpcPipelines(new() { Address = new("http://127.0.0.1:1") }, _clock).Hedged);

    public static TheoryData<string, GrpcClientOptions> Wrong => new()
    {
        { "Delay", Options with { Hedging = new() { Delay = TimeSpan.Zero } } },
        { "Delay", Options with { Hedging = new() { Delay = TimeSpan.FromTicks(1) } } },
        { "Delay", Options with { Hedging = new() { Delay = TimeSpan.FromSeconds(31) } } },
        { "Addresses", Options with { Addresses = [new("http://127.0.0.1:1")] } },
        { "Addresses", Options with { Addresses = [new("http://127.0.0.1:1"), new("http://127.0.0.1:1/")] } },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Connect_HedgingOutOfRange_NamesIt(string option, GrpcClientOptions options)
    {
        var error = Assert.Throws<InvalidInputException>(() => MlopsGrpcClient.Connect(options));

        Assert.Equal(option, error.Field);
        Assert.Contains("allowed", error.Message, StringComparison.Ordinal);
    }

    private Task<W.InferReply> RunAsync(GrpcClientOptions options)
    {
        var call = new GrpcPipelines(options, _clock).Hedged!.ExecuteAsync(
            context =>
            {
                var attempt = new Attempt(context.Properties.GetValue(GrpcPipelines.IsHedge, false), context.CancellationToken);
                lock (_attempts)
                {
                    _attempts.Add(attempt);
                }

                return new ValueTask<W.InferReply>(attempt.Answer.Task.WaitAsync(context.CancellationToken));
            },
            ResilienceContextPool.Shared.Get(TestContext.Current.CancellationToken)).AsTask();
        _call = call;
        return call;
    }

    private Task SentAsync(int attempts) => SentAsync(attempts, TimeSpan.Zero);

    /// <summary>Returns when so many attempts were sent; the clock goes on meanwhile.</summary>
    private async Task SentAsync(int attempts, TimeSpan step)
    {
        while (Sent < attempts)
        {
            Assert.False(_call.IsCompleted, "The call has ended before that attempt.");
            _clock.Advance(step);
            await Task.Yield();
        }
    }

    private int Sent
    {
        get
        {
            lock (_attempts)
            {
                return _attempts.Count;
            }
        }
    }

    private sealed record Attempt(bool IsHedge, CancellationToken Cancelled)
    {
        public TaskCompletionSource<W.InferReply> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
