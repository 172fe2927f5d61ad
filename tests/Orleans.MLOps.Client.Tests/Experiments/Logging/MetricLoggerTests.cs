using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Client.Resilience;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Tests.Experiments.Logging;

public sealed class MetricLoggerTests
{
    private readonly ConcurrentQueue<LogBatch> _batches = new();
    private readonly ConcurrentQueue<string> _warnings = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DisposeAsync_ManyPoints_AreStoredInOrderInFewCalls()
    {
        await using (var logger = Open(_ => Task.CompletedTask))
        {
            for (var step = 0; step < 10_000; step++)
            {
                Assert.True(logger.Log("loss", step, step));
            }
        }

        Assert.Equal(Enumerable.Range(0, 10_000).Select(step => (long)step), _batches.SelectMany(batch => batch.Metrics).Select(point => point.Step));
        Assert.All(_batches, batch => Assert.InRange(batch.Metrics.Length, 1, 1000));
        Assert.Equal(_batches.Count, _batches.Select(batch => batch.OperationId).Distinct().Count());
    }

    [Fact]
    public async Task FlushAsync_PlatformAwayForAMoment_RepeatsTheSameBatchUnderTheSameName()
    {
        var calls = 0;
        await using var logger = Open(_ => Interlocked.Increment(ref calls) <= 2 ? throw new UnavailableException("away") : Task.CompletedTask);
        logger.Log("loss", double.NaN);
        await logger.FlushAsync(Token);

        Assert.Equal(3, calls);
        Assert.Single(_batches.Select(batch => batch.OperationId).Distinct());
        Assert.Equal((1, 1, 0, 0), (logger.Accepted, logger.Stored, logger.Dropped, logger.Refused));
    }

    [Fact]
    public async Task Log_FullBuffer_DropsCountsAndWarnsOnce()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var logger = Open(
            _ =>
            {
                sending.TrySetResult();
                return held.Task;
            },
            new MetricLoggerOptions { Capacity = 5, BatchSize = 1, MaximumDelay = TimeSpan.Zero });
        logger.Log("loss", 0);
        await sending.Task.WaitAsync(Token);
        var taken = Enumerable.Range(0, 8).Count(i => logger.Log("loss", i));
        held.SetResult();

        Assert.Equal((5, 3), (taken, logger.Dropped));
        Assert.Contains("dropped", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Contains("3 found the buffer full", (await Assert.ThrowsAsync<FailedPreconditionException>(() => logger.FlushAsync(Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LogAsync_FullBuffer_WaitsForRoom()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var logger = Open(
            _ =>
            {
                sending.TrySetResult();
                return held.Task;
            },
            new MetricLoggerOptions { Capacity = 1, BatchSize = 1, MaximumDelay = TimeSpan.Zero });
        await logger.LogAsync("loss", 0, cancellationToken: Token);
        await sending.Task.WaitAsync(Token);
        await logger.LogAsync("loss", 1, cancellationToken: Token);
        var third = logger.LogAsync("loss", 2, cancellationToken: Token).AsTask();
        Assert.False(third.IsCompleted);
        held.SetResult();
        await third.WaitAsync(Token);
        await logger.FlushAsync(Token);

        Assert.Equal((3, 0), (logger.Stored, logger.Dropped));
    }

    [Fact]
    public async Task FlushAsync_RefusedForGood_IsCountedToldAndThrown()
    {
        await using var logger = Open(_ => throw new NotFoundException("Run 'r' does not exist.", "run_id"));
        logger.Log("loss", 1);

        var error = await Assert.ThrowsAsync<FailedPreconditionException>(() => logger.FlushAsync(Token));

        Assert.Contains("1 metrics of run 'r' were refused", error.Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Equal((0, 1), (logger.Stored, logger.Refused));
    }

    [Fact]
    public async Task DisposeAsync_ProcessEndsMeanwhile_CountsAndTellsWhatWasNotSent()
    {
        var process = new ProcessEnd();
        var sending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var logger = Open(
            _ =>
            {
                sending.TrySetResult();
                return Task.Delay(Timeout.Infinite, Token);
            },
            new MetricLoggerOptions { BatchSize = 2, MaximumDelay = TimeSpan.Zero, ExitTimeout = TimeSpan.Zero },
            process);
        for (var step = 0; step < 5; step++)
        {
            logger.Log("loss", step, step);
        }

        await sending.Task.WaitAsync(Token);
        var disposing = logger.DisposeAsync().AsTask();
        process.Raise();
        await disposing.WaitAsync(Token);

        Assert.Equal((0, 5), (logger.Stored, logger.Refused));
        Assert.Contains("5 metrics of run r were not stored when the process ended", Assert.Single(_warnings), StringComparison.Ordinal);
        process.Raise();
        Assert.Single(_warnings);
    }

    [Fact]
    public async Task Log_ProcessEndsWhilePointsWait_SendsThemAllBeforeItIsGone()
    {
        var process = new ProcessEnd();
        var logger = Open(_ => Task.CompletedTask, new MetricLoggerOptions { BatchSize = 1000, MaximumDelay = TimeSpan.FromMinutes(1), Clock = new FakeTimeProvider(), ExitTimeout = TimeSpan.FromMinutes(1) }, process);
        for (var step = 0; step < 2500; step++)
        {
            logger.Log("loss", step, step);
        }

        await Task.Run(process.Raise, Token);

        Assert.Equal((2500, 0, 0), (logger.Stored, logger.Dropped, logger.Refused));
        Assert.Equal(Enumerable.Range(0, 2500).Select(step => (long)step), _batches.SelectMany(batch => batch.Metrics).Select(point => point.Step));
        Assert.Empty(_warnings);
        Assert.False(logger.Log("late", 1));
        Assert.Equal((2500, 1), (logger.Stored, logger.Dropped));
        await logger.DisposeAsync();
    }

    [Fact]
    public async Task CloseAsync_PlatformAwayForLong_GivesUpCountsAndTells()
    {
        var clock = new FakeTimeProvider();
        var sending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var logger = Open(
            _ =>
            {
                sending.TrySetResult();
                return new TaskCompletionSource().Task;
            },
            new MetricLoggerOptions { MaximumDelay = TimeSpan.Zero, Clock = clock });
        logger.Log("loss", 1);
        await sending.Task.WaitAsync(Token);
        var closing = logger.CloseAsync(TimeSpan.FromSeconds(30));
        Assert.False(closing.IsCompleted);

        clock.Advance(TimeSpan.FromSeconds(30));
        await closing.WaitAsync(Token);

        Assert.Equal((0, 1), (logger.Stored, logger.Refused));
        Assert.Contains("1 metrics of run r could not be stored within 00:00:30", Assert.Single(_warnings), StringComparison.Ordinal);
        await logger.DisposeAsync();
    }

    [Fact]
    public async Task Log_WrongKeyOrDisposed_IsRefusedAtOnce()
    {
        var logger = Open(_ => Task.CompletedTask);
        foreach (var key in new[] { "", " ", "a\nb", new string('k', 251), "a\ud83d", "\ude00b", "\ude00\ud83d" })
        {
            Assert.Throws<InvalidInputException>(() => logger.Log(key, 1));
            await Assert.ThrowsAsync<InvalidInputException>(() => logger.LogAsync(key, 1, cancellationToken: TestContext.Current.CancellationToken).AsTask());
        }

        await logger.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => logger.Log("loss", 1));
        Assert.Empty(_batches);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 1001)]
    public void Open_OptionOutOfRange_IsRefused(int capacity, int batch) =>
        Assert.Throws<InvalidInputException>(() => Open(_ => Task.CompletedTask, new MetricLoggerOptions { Capacity = capacity, BatchSize = batch }));

    private MetricLogger Open(Func<LogBatch, Task> answer, MetricLoggerOptions? options = null, ProcessEnd? process = null)
    {
        var experiments = CallProxy.Create<IExperimentsClient>((method, arguments) =>
        {
            Assert.Equal(nameof(IExperimentsClient.LogAsync), method.Name);
            var batch = (LogBatch)arguments[1]!;
            _batches.Enqueue(batch);
            return answer(batch);
        });
        return MetricLogger.Open(experiments, "r", (options ?? new MetricLoggerOptions()) with { Warn = _warnings.Enqueue }, process ?? new ProcessEnd());
    }
}
