using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

/// <summary>Networks of the platform wait by the same rules as tensors. A test holds the only instance by entering the queue itself.</summary>
public sealed class TabularQueueTests : IDisposable
{
    private const int UnknownCategory = 1_000;

    private readonly TabularModel _model = ServingSamples.Load(1);
    private readonly EngineThreads _threads = new(2);
    private readonly FakeTimeProvider _clock = new();
    private readonly VariantCounters _counters;

    public TabularQueueTests() => _counters = new VariantCounters(_clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _threads.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void TryEnter_IdleAndFewRows_GivesTheEngineUntilItIsLeft()
    {
        var queue = Queue(new BatchingSpec { Instances = 1 });

        Assert.True(queue.TryEnter(64));
        Assert.False(queue.TryEnter(1));
        queue.Exit();
        Assert.False(queue.TryEnter(65));
        Assert.True(queue.TryEnter(1));
    }

    [Fact]
    public void TryEnter_DelayForMoreRows_DoesNotGoAlone()
    {
        var queue = Queue(new BatchingSpec { Delay = TimeSpan.FromMilliseconds(1), MaxRows = 4 });

        Assert.False(queue.TryEnter(3));
        Assert.True(queue.TryEnter(4));
    }

    [Fact]
    public async Task RunAsync_WhileBusy_GoTogetherAndEveryoneGetsTheirOwn()
    {
        var queue = Busy(new BatchingSpec());
        var waiting = Enumerable.Range(1, 4).Select(rows => (Rows: rows, Answer: queue.RunAsync(Rows(rows, rows * 10), null, Cancel))).ToArray();
        Assert.Equal(4, queue.Pending);

        queue.Exit();

        foreach (var (rows, answer) in waiting)
        {
            var scored = await answer;
            Assert.Equal(10, scored.Times.BatchRows);
            Assert.Equal(Enumerable.Range(rows * 10, rows).Select(x => Alone(x)), scored.Probabilities, (a, b) => Math.Abs(a - b) < 1e-6f);
        }

        Assert.Equal((1, 10, 4), Counted(read => (read.Executions, read.Inferences, read.Succeeded)));
    }

    [Fact]
    public async Task RunAsync_MaxRows_BoundsACall()
    {
        var queue = Busy(new BatchingSpec { MaxRows = 3 });
        var answers = new[] { 2, 1, 2 }.Select(rows => queue.RunAsync(Rows(rows, 0), null, Cancel)).ToArray();

        queue.Exit();

        Assert.Equal([3, 3, 2], (await Task.WhenAll(answers)).Select(scored => scored.Times.BatchRows));
    }

    [Fact]
    public async Task RunAsync_OneOfABatchCannotBeComputed_OnlyThatOneFails()
    {
        var queue = Busy(new BatchingSpec());
        var good = queue.RunAsync(Rows(2, 5), null, Cancel);
        var bad = queue.RunAsync(new QueuedRows([1], [UnknownCategory], 1, 128, 0), null, Cancel);
        var other = queue.RunAsync(Rows(1, 7), null, Cancel);

        queue.Exit();

        Assert.Equal("inputs", (await Assert.ThrowsAsync<InvalidInputException>(() => bad)).Field);
        Assert.Equal([Alone(5), Alone(6)], (await good).Probabilities, (a, b) => Math.Abs(a - b) < 1e-6f);
        Assert.Equal(Alone(7), (await other).Probabilities[0], 1e-6f);
        Assert.Equal((2, 1), Counted(read => (read.Succeeded, read.Failed)));
    }

    [Fact]
    public async Task RunAsync_QueueFullOrWaitedTooLong_IsRefusedAndCounted()
    {
        var queue = Busy(new BatchingSpec { QueueRows = 4, QueueTimeout = TimeSpan.FromMilliseconds(9) });
        var late = queue.RunAsync(Rows(2, 0), TimeSpan.FromMilliseconds(5), Cancel);
        var later = queue.RunAsync(Rows(2, 0), TimeSpan.FromSeconds(1), Cancel);

        await Assert.ThrowsAsync<ResourceExhaustedException>(() => queue.RunAsync(Rows(1, 0), null, Cancel));
        _clock.Advance(TimeSpan.FromMilliseconds(5));
        await Assert.ThrowsAsync<DeadlineExceededException>(() => late);
        Assert.False(later.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(4));
        await Assert.ThrowsAsync<DeadlineExceededException>(() => later);

        Assert.Equal((3, 0), Counted(read => (read.Rejected, read.Executions)));
    }

    [Fact]
    public async Task RunAsync_ManyCallers_AllGetTheirOwnAnswers()
    {
        var queue = Queue(new BatchingSpec());
        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(
            async () =>
            {
                for (var i = 0; i < 300; i++)
                {
                    var (rows, first) = (1 + (i % 3), (caller + i) % 7);
                    var scored = await queue.RunAsync(Rows(rows, first), null, Cancel);
                    Assert.Equal(Enumerable.Range(first, rows).Select(x => Alone(x)), scored.Probabilities, (a, b) => Math.Abs(a - b) < 1e-6f);
                }
            },
            Cancel)));
        Assert.Equal(16 * 300, Counted(read => read.Succeeded));
    }

    [Fact]
    public void ToRequest_Tensors_KeepsHowTheyMayWait()
    {
        var request = TabularTensors.ToRequest(new InferRequest { Endpoint = "e", Timeout = TimeSpan.FromSeconds(3), Priority = 7 });

        Assert.Equal((TimeSpan.FromSeconds(3), 7), (request.Timeout, request.Priority));
    }

    private static QueuedRows Rows(int rows, int first) => new([.. Enumerable.Range(first, rows).Select(x => (float)x)], new long[rows], rows, 128, 0);

    private BatchQueue Queue(BatchingSpec spec) => new(_model, spec, _threads, _counters, _clock);

    private BatchQueue Busy(BatchingSpec spec)
    {
        var queue = Queue(spec with { Instances = 1 });
        Assert.True(queue.TryEnter(1));
        return queue;
    }

    private float Alone(float number)
    {
        var probability = new float[1];
        _model.Score([number], [0], 1, probability);
        return probability[0];
    }

    private T Counted<T>(Func<InferStatistics, T> read) => read(_counters.Read(0));
}
