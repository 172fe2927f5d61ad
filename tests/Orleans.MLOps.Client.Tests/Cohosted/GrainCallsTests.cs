using System.Reflection;
using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Client.Cohosted;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Models;
using Orleans.Runtime.Messaging;

namespace Orleans.MLOps.Client.Tests.Cohosted;

public sealed class GrainCallsTests
{
    private static readonly ModelInfo Model = new() { Project = "p", Name = "m" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Exception> Transient =>
    [
        new SiloUnavailableException("away"),
        Rejection(),
        new ConnectionFailedException("refused"),
        new GatewayTooBusyException("busy"),
        new TimeoutException("30 s"),
        new UnavailableException("part away"),
    ];

    public static TheoryData<Exception> Final =>
    [
        new InvalidInputException("no", "field"),
        new FailedPreconditionException("no"),
        new ResourceExhaustedException("full"),
        new LimitExceededException("queue"),
    ];

    [Theory]
    [MemberData(nameof(Transient), DisableDiscoveryEnumeration = true)]
    public async Task Read_TransientErrorTwice_IsRepeatedUntilItAnswers(Exception error)
    {
        var asked = 0;
        var grains = new FakeGrains(_ => ++asked < 3 ? throw error : Task.FromResult(Model));
        Assert.Same(Model, await Client(grains).Models.GetAsync("m", cancellationToken: Token));
        Assert.Equal(3, asked);
    }

    [Theory]
    [MemberData(nameof(Transient), DisableDiscoveryEnumeration = true)]
    public async Task Read_TransientErrorStays_IsUnavailableAfterTheRepeats(Exception error)
    {
        var grains = new FakeGrains(_ => Task.FromException<ModelInfo>(error));
        var thrown = await Assert.ThrowsAsync<UnavailableException>(() => Client(grains).Models.GetAsync("m", cancellationToken: Token));
        Assert.Contains(error.Message, thrown.Message, StringComparison.Ordinal);
        Assert.Equal(4, grains.Calls.Count);
    }

    [Theory]
    [MemberData(nameof(Final), DisableDiscoveryEnumeration = true)]
    public async Task Read_Refused_KeepsTheErrorAndIsMadeOnce(Exception error)
    {
        var grains = new FakeGrains(_ => throw error);
        Assert.Same(error, await Record.ExceptionAsync(() => Client(grains).Models.GetAsync("m", cancellationToken: Token)));
        Assert.Single(grains.Calls);
    }

    [Theory]
    [MemberData(nameof(Transient), DisableDiscoveryEnumeration = true)]
    public async Task Append_TransientError_IsSentOnce(Exception error)
    {
        var grains = new FakeGrains(_ => throw error);
        var client = Client(grains);
        var session = await client.Serving.OpenSessionAsync(Token);
        Func<Task>[] calls =
        [
            () => client.Experiments.LogAsync(new('b', 32), new(), Token),
            () => client.Serving.PredictAsync(new() { Endpoint = "e" }, Token),
            () => session.ServeAsync(new() { Predict = new() { Endpoint = "e" } }, Token),
        ];
        foreach (var call in calls)
        {
            grains.Calls.Clear();
            var thrown = await Record.ExceptionAsync(call);

            // Whether a call without an answer took effect is unknown, which is more than that somebody was away.
            Assert.IsType(error is TimeoutException ? typeof(TimeoutException) : typeof(UnavailableException), thrown);
            Assert.Single(grains.Calls);
        }
    }

    [Fact]
    public async Task Update_TagsAreRemoved_IsSentOnceAndOthersAreRepeated()
    {
        var grains = new FakeGrains(_ => throw new TimeoutException("the answer was lost"));
        var client = Client(grains).Experiments;
        (Func<Task> Call, int Sent)[] calls =
        [
            (() => client.UpdateAsync(new() { ExperimentId = 1, DeleteTags = ["t"] }, Token), 1),
            (() => client.UpdateLoggedModelAsync($"m-{new string('b', 32)}", new() { DeleteTags = ["t"] }, Token), 1),
            (() => client.UpdateAsync(new() { ExperimentId = 1, SetTags = new() { ["t"] = "v" } }, Token), 4),
            (() => client.UpdateLoggedModelAsync($"m-{new string('b', 32)}", new() { SetTags = new() { ["t"] = "v" } }, Token), 4),
        ];
        foreach (var (call, sent) in calls)
        {
            grains.Calls.Clear();
            await Assert.ThrowsAnyAsync<Exception>(call);
            Assert.Equal(sent, grains.Calls.Count);
        }
    }

    [Fact]
    public async Task Read_RetryWindowPassed_IsNotRepeated()
    {
        var clock = new FakeTimeProvider();
        var asked = 0;
        var calls = new GrainCalls(new() { RetryWindow = TimeSpan.FromSeconds(10), RetryDelay = TimeSpan.FromMilliseconds(1) }, clock);
        await Assert.ThrowsAsync<UnavailableException>(() => calls.RepeatAsync<int>(
            () =>
            {
                asked++;
                clock.Advance(TimeSpan.FromSeconds(11));
                throw new TimeoutException("slow");
            },
            Token));
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Read_Cancelled_IsNotRepeated()
    {
        using var source = new CancellationTokenSource();
        var asked = 0;
        var calls = new GrainCalls(new(), TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calls.RepeatAsync<int>(
            () =>
            {
                asked++;
                source.Cancel();
                throw new SiloUnavailableException("away");
            },
            source.Token));
        Assert.Equal(1, asked);
    }

    // Only Orleans itself makes these.
    private static Exception Rejection() => (Exception)Activator.CreateInstance(
        typeof(OrleansMessageRejectionException), BindingFlags.NonPublic | BindingFlags.Instance, null, ["rejected"], null)!;

    private static GrainMlopsClient Client(FakeGrains grains) =>
        new(new KnownGrains(grains.Factory), new MemoryBlobStore(), new EagerClock(), new(new() { RetryDelay = TimeSpan.FromMilliseconds(1) }, TimeProvider.System));
}
