using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Grains.Serving.Payloads;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving.Payloads;

public sealed class PayloadBufferTests
{
    private static readonly PayloadLogSpec Spec = new() { SampleRate = 1, Capacity = 100, MaxBytes = 50_000 };

    private readonly TaskCompletionSource _never = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Offer_SinkThatNeverReturns_HoldsNoMoreThanItsBoundsAndCountsTheRest()
    {
        const int offered = 10_000;
        var buffer = Buffer((_, _) => _never.Task);
        var most = 0L;
        var started = Stopwatch.GetTimestamp();

        for (var i = 0; i < offered; i++)
        {
            buffer.Offer(Spec, 1000, () => new byte[1000]);
            most = Math.Max(most, buffer.Report.WaitingBytes);
        }

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal(50_000, most);
        Assert.Equal(new PayloadLogReport { Waiting = 50, WaitingBytes = 50_000, Dropped = offered - 50 }, buffer.Report);
    }

    [Fact]
    public void Offer_SinkThatBlocksItsThread_MakesNobodyWait()
    {
        using var blocked = new ManualResetEventSlim();
        var buffer = Buffer((_, _) =>
        {
            blocked.Wait(Cancel);
            return Task.CompletedTask;
        });

        for (var i = 0; i < 1000; i++)
        {
            buffer.Offer(Spec, 1, () => new byte[1]);
        }

        Assert.Equal((100, 900), (buffer.Report.Waiting, buffer.Report.Dropped));
        blocked.Set();
    }

    [Fact]
    public void Offer_WithoutRoom_IsNotEncoded()
    {
        var buffer = Buffer((_, _) => _never.Task);
        buffer.Offer(Spec, 50_000, () => new byte[50_000]);

        buffer.Offer(Spec, 1, () => throw new InvalidOperationException("There is no room for it."));
        buffer.Offer(Spec with { MaxBytes = 1 << 30 }, PayloadBuffer.Largest + 1, () => throw new InvalidOperationException("It is too large."));

        Assert.Equal(2, buffer.Report.Dropped);
    }

    [Fact]
    public async Task Offer_EncodingThatFails_IsCountedAndNobodysError()
    {
        var buffer = Buffer((_, _) => Task.CompletedTask);

        buffer.Offer(Spec, 0, () => throw new InvalidOperationException("It cannot be encoded."));
        buffer.Offer(Spec, 0, () => [1]);
        await buffer.FlushAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(new PayloadLogReport { Logged = 1, Dropped = 1 }, buffer.Report);
    }

    [Fact]
    public async Task Offer_SinkThatFailsAndComesBack_WritesAgainInOrder()
    {
        var written = new List<byte>();
        var buffer = Buffer((payload, _) =>
        {
            if (payload[0] < 3)
            {
                throw new UnavailableException("away");
            }

            written.Add(payload[0]);
            return Task.CompletedTask;
        });

        for (byte i = 0; i < 6; i++)
        {
            var payload = i;
            buffer.Offer(Spec, 1, () => [payload]);
        }

        await buffer.FlushAsync(TimeSpan.FromMinutes(1));
        Assert.Equal([3, 4, 5], written);
        Assert.Equal(new PayloadLogReport { Logged = 3, Dropped = 3 }, buffer.Report);
    }

    [Fact]
    public void Offer_ManyEndpoints_ShareTheSilosBytes()
    {
        var budget = new PayloadBudget(2500);
        var (one, other) = (Buffer((_, _) => _never.Task, budget), Buffer((_, _) => _never.Task, budget));
        for (var i = 0; i < 10; i++)
        {
            one.Offer(Spec, 1000, () => new byte[1000]);
            other.Offer(Spec, 1000, () => new byte[1000]);
        }

        Assert.Equal(2000, one.Report.WaitingBytes + other.Report.WaitingBytes);
        Assert.Equal(18, one.Report.Dropped + other.Report.Dropped);
    }

    [Fact]
    public async Task Offer_ManyAtOnce_LoseAndDoubleNothing()
    {
        var written = 0;
        var buffer = Buffer((_, _) =>
        {
            written++;
            return Task.CompletedTask;
        });
        await Parallel.ForAsync(0, 20_000, Cancel, (_, _) =>
        {
            buffer.Offer(Spec, 10, () => new byte[10]);
            return ValueTask.CompletedTask;
        });
        await buffer.FlushAsync(TimeSpan.FromMinutes(1));

        var report = buffer.Report;
        Assert.Equal((written, 20_000L - written, 0, 0L), (report.Logged, report.Dropped, report.Waiting, report.WaitingBytes));
    }

    [Fact]
    public async Task FlushAsync_SinkThatNeverReturns_EndsWithThePatience()
    {
        var clock = new FakeTimeProvider();
        var buffer = new PayloadBuffer((_, _) => _never.Task, new PayloadBudget(long.MaxValue), clock, NullLogger.Instance);
        buffer.Offer(Spec, 1, () => [1]);

        var flushed = buffer.FlushAsync(TimeSpan.FromSeconds(1));

        Assert.False(flushed.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        await flushed;
    }

    private static PayloadBuffer Buffer(Func<byte[], PayloadLogSpec, Task> write, PayloadBudget? budget = null) =>
        new(write, budget ?? new PayloadBudget(long.MaxValue), TimeProvider.System, NullLogger.Instance);
}
