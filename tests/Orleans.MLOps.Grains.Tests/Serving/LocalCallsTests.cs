using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Grains.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

public sealed class LocalCallsTests
{
    private static readonly EndpointKey Endpoint = new("default", "parcels");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly LocalCalls _calls;

    public LocalCallsTests()
    {
        _calls = new LocalCalls(_time, () => Patience);
        _calls.Open();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void TryEnter_NotOpenYetOrClosed_IsFalse()
    {
        Assert.False(new LocalCalls(_time, () => Patience).TryEnter());
        Assert.True(_calls.CloseAsync(Token).IsCompletedSuccessfully);
        Assert.False(_calls.TryEnter());
    }

    [Fact]
    public async Task Bounded_NoAnswerInTime_TellsWhichEndpointAndHowLong()
    {
        var answer = new TaskCompletionSource<int>();
        Assert.True(_calls.TryEnter());
        var call = _calls.Bounded(Endpoint, answer.Task, Token);

        _time.Advance(Patience - TimeSpan.FromTicks(1));
        Assert.False(call.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        var error = await Assert.ThrowsAsync<TimeoutException>(() => call);
        Assert.Contains("'parcels' did not answer within 00:00:30", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bounded_CallThatTimesOutItself_KeepsItsOwnWords()
    {
        var answer = new TaskCompletionSource<int>();
        Assert.True(_calls.TryEnter());
        var call = _calls.Bounded(Endpoint, answer.Task, Token);
        answer.SetException(new TimeoutException("the label grain"));
        Assert.Equal("the label grain", (await Assert.ThrowsAsync<TimeoutException>(() => call)).Message);
    }

    [Fact]
    public async Task CloseAsync_CallersGaveUp_WaitsForTheirCallsAllTheSame()
    {
        var (late, lost) = (new TaskCompletionSource<int>(), new TaskCompletionSource<int>());
        using var caller = new CancellationTokenSource();
        Assert.True(_calls.TryEnter());
        Assert.True(_calls.TryEnter());
        Assert.True(_calls.TryEnter());
        Assert.Equal(7, await _calls.Bounded(Endpoint, Task.FromResult(7), Token));
        var cancelled = _calls.Bounded(Endpoint, late.Task, caller.Token);
        var timedOut = _calls.Bounded(Endpoint, lost.Task, Token);
        await caller.CancelAsync();
        _time.Advance(Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await Assert.ThrowsAsync<TimeoutException>(() => timedOut);

        var closed = _calls.CloseAsync(Token);
        late.SetResult(1);
        Assert.False(closed.IsCompleted);
        lost.SetException(new InvalidOperationException());
        await closed.WaitAsync(Token);
    }

    [Fact]
    public async Task CloseAsync_HostLosesPatience_EndsWithoutAnError()
    {
        Assert.True(_calls.TryEnter());
        using var host = new CancellationTokenSource();
        var closed = _calls.CloseAsync(host.Token);
        Assert.False(closed.IsCompleted);
        await host.CancelAsync();
        await closed;
    }
}
