using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving.Tensors;

public sealed class BatchQueueTests : IDisposable
{
    private readonly EngineThreads _threads = new(2);
    private readonly FakeTimeProvider _clock = new();
    private readonly ConcurrentQueue<long> _calls = new();
    private readonly VariantCounters _counters;
    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _go = new(0);
    private bool _held;

    public BatchQueueTests() => _counters = new VariantCounters(_clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _threads.Dispose();
        _entered.Dispose();
        _go.Dispose();
    }

    [Fact]
    public async Task RunAsync_Idle_RunsAtOnceAlone()
    {
        var queue = Queue(new BatchingSpec());

        await CheckAsync(queue.RunAsync(TensorSamples.Queued(3, 1), null, Cancel), 3, 1);

        Assert.Equal([3L], _calls);
    }

    [Fact]
    public async Task RunAsync_WhileBusy_RowsOfManyGoTogetherAndEveryoneGetsTheirOwn()
    {
        var (queue, busy) = await HoldAsync(new BatchingSpec { Instances = 1 });
        var waiting = Enumerable.Range(0, 5).Select(i => (Rows: 1 + i, First: 100f * i)).ToArray();
        var answers = waiting.Select(request => queue.RunAsync(TensorSamples.Queued(request.Rows, request.First), null, Cancel)).ToArray();
        Assert.Equal(5, queue.Pending);

        Release(10);

        await CheckAsync(busy, 1, 0);
        for (var i = 0; i < answers.Length; i++)
        {
            await CheckAsync(answers[i], waiting[i].Rows, waiting[i].First);
        }

        Assert.Equal([1L, 15L], _calls);
    }

    [Fact]
    public async Task RunAsync_BacklogOfAnotherEndpoint_WaitsForOneOfItsCallsOnly()
    {
        using var thread = new EngineThreads(1);
        var order = new ConcurrentQueue<string>();
        BatchQueue QueueOf(string name) => new(
            TensorSamples.Doubler(x =>
            {
                if (_held && x.Shape[0] == 65)
                {
                    order.Enqueue(name);
                    _entered.Release();
                    _go.Wait(Cancel);
                }
            }),
            new BatchingSpec { Instances = 1, MaxRows = 65 }, thread, _counters, _clock);
        var (busy, other) = (QueueOf("busy"), QueueOf("other"));
        _held = true;

        var first = busy.RunAsync(TensorSamples.Queued(65, 0), null, Cancel);
        await _entered.WaitAsync(Cancel);
        Task[] backlog = [first, busy.RunAsync(TensorSamples.Queued(65, 0), null, Cancel), busy.RunAsync(TensorSamples.Queued(65, 0), null, Cancel)];
        var asked = other.RunAsync(TensorSamples.Queued(65, 0), null, Cancel);
        Release(10);

        await Task.WhenAll([asked, .. backlog]);
        Assert.Equal(["busy", "other", "busy", "busy"], order);
    }

    [Fact]
    public async Task RunAsync_MoreThanMaxRows_GoInSeveralCallsAndOneAloneMayHaveMore()
    {
        var (queue, busy) = await HoldAsync(new BatchingSpec { Instances = 1, MaxRows = 4 });
        var answers = new[] { 2, 2, 1, 9, 1 }.Select(rows => queue.RunAsync(TensorSamples.Queued(rows, rows), null, Cancel)).ToArray();

        Release(10);

        await Task.WhenAll([busy, .. answers]);
        Assert.Equal([1L, 4L, 1L, 9L, 1L], _calls);
    }

    [Fact]
    public async Task RunAsync_Priorities_LowerNumbersGoFirst()
    {
        var (queue, busy) = await HoldAsync(new BatchingSpec { Instances = 1, MaxRows = 3 });
        var late = queue.RunAsync(TensorSamples.Queued(3, 1, priority: 200), null, Cancel);
        var early = queue.RunAsync(TensorSamples.Queued(2, 1, priority: 1), null, Cancel);

        Release(10);

        await Task.WhenAll(busy, late, early);
        Assert.Equal([1L, 2L, 3L], _calls);
    }

    [Fact]
    public async Task RunAsync_QueueFull_IsRefusedAndTheOthersAreAnswered()
    {
        var (queue, busy) = await HoldAsync(new BatchingSpec { Instances = 1, QueueRows = 4 });
        var waiting = queue.RunAsync(TensorSamples.Queued(3, 1), null, Cancel);

        var error = await Assert.ThrowsAsync<ResourceExhaustedException>(() => queue.RunAsync(TensorSamples.Queued(2, 1), null, Cancel));

        Assert.Equal("queue_rows", error.Field);
        Release(10);
        await Task.WhenAll(busy, waiting);
    }

    [Fact]
    public async Task RunAsync_DeadlineInTheQueue_IsGivenUpAndNeverComputed()
    {
        var (queue, busy) = await HoldAsync(new BatchingSpec { Instances = 1 });
        var waiting = queue.RunAsync(TensorSamples.Queued(3, 1), TimeSpan.FromMilliseconds(5), Cancel);
        var patient = queue.RunAsync(TensorSamples.Queued(2, 1), null, Cancel);

        _clock.Advance(TimeSpan.FromMilliseconds(5));

        await Assert.ThrowsAsync<DeadlineExceededException>(() => waiting);
        Assert.Equal(1, queue.Pending);
        Release(10);
        await Task.WhenAll(busy, patient);
        Assert.Equal([1L, 2L], _calls);
    }

    [Fact]
    public async Task RunAsync_QueueTimeoutOfTheEndpoint_GoesWithoutOneOfTheRequest()
    {
        var (queue, busy) = await HoldAsync(new BatchingSpec { Instances = 1, QueueTimeout = TimeSpan.FromMilliseconds(7) });
        var waiting = queue.RunAsync(TensorSamples.Queued(3, 1), null, Cancel);

        _clock.Advance(TimeSpan.FromMilliseconds(7));

        await Assert.ThrowsAsync<DeadlineExceededException>(() => waiting);
        Release(10);
        await busy;
    }

    [Fact]
    public async Task RunAsync_CallerLeaves_IsNeitherComputedNorCountedAsRefused()
    {
        var (queue, busy) = await HoldAsync(new BatchingSpec { Instances = 1 });
        using var leaving = new CancellationTokenSource();
        var waiting = queue.RunAsync(TensorSamples.Queued(3, 1), null, leaving.Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.RunAsync(TensorSamples.Queued(3, 1), null, leaving.Token));
        Assert.Equal(0, queue.Pending);
        Release(10);
        await busy;
        Assert.Equal([1L], _calls);
        Assert.Equal((0, 0), (_counters.Read(0).Rejected, _counters.Read(0).Failed));
    }

    [Fact]
    public async Task RunAsync_ManyGiveUpDuringALongCall_TheQueueKeepsNeitherThemNorTheirInputs()
    {
        var (queue, busy) = await HoldAsync(new BatchingSpec { Instances = 1 });
        var patient = queue.RunAsync(TensorSamples.Queued(2, 1), null, Cancel);
        QueuedInference[] requests = [.. Enumerable.Range(0, 1000).Select(i => TensorSamples.Queued(1, i))];
        var answers = Array.ConvertAll(requests, request => queue.RunAsync(request, TimeSpan.FromMilliseconds(5), Cancel));
        Assert.Equal(1001, queue.Entries);

        _clock.Advance(TimeSpan.FromMilliseconds(5));

        Assert.InRange(queue.Entries, 1, 40);
        Assert.Equal(1, queue.Pending);
        Assert.All(requests, request => Assert.Empty(request.Inputs));
        foreach (var answer in answers)
        {
            await Assert.ThrowsAsync<DeadlineExceededException>(() => answer);
        }

        Assert.Equal(1000, _counters.Read(0).Rejected);
        Release(10);
        await busy;
        await CheckAsync(patient, 2, 1);
        Assert.Equal([1L, 2L], _calls);
    }

    [Fact]
    public async Task RunAsync_Delay_WaitsForMoreAndGoesAtThePreferredSizeOrWhenTheTimeIsOver()
    {
        var queue = Queue(new BatchingSpec { Instances = 1, Delay = TimeSpan.FromMilliseconds(3), PreferredRows = [4], MaxRows = 8 });
        var first = queue.RunAsync(TensorSamples.Queued(2, 1), null, Cancel);
        Assert.False(first.IsCompleted);
        var second = queue.RunAsync(TensorSamples.Queued(2, 5), null, Cancel);

        await Task.WhenAll(first, second);
        Assert.Equal([4L], _calls);

        var third = queue.RunAsync(TensorSamples.Queued(1, 1), null, Cancel);
        _clock.Advance(TimeSpan.FromMilliseconds(3));
        await CheckAsync(third, 1, 1);
    }

    [Fact]
    public async Task RunAsync_OneOfABatchFails_TheOthersAreAnswered()
    {
        var model = TensorSamples.Doubler(input =>
        {
            Hold(input);
            if (MemoryMarshal.Cast<byte, float>(input.Data.Span).Contains(-1f))
            {
                throw new ArgumentException("no negative numbers");
            }
        });
        var queue = new BatchQueue(model, new BatchingSpec { Instances = 1 }, _threads, _counters, _clock);
        _held = true;
        var busy = Task.Run(() => queue.RunAsync(TensorSamples.Queued(1, 0), null, Cancel), Cancel);
        await _entered.WaitAsync(Cancel);
        var good = queue.RunAsync(TensorSamples.Queued(2, 10), null, Cancel);
        var bad = queue.RunAsync(TensorSamples.Queued(1, -1), null, Cancel);

        Release(10);

        await CheckAsync(busy, 1, 0);
        await CheckAsync(good, 2, 10);
        Assert.Contains("no negative", (await Assert.ThrowsAsync<InvalidInputException>(() => bad)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GoesWith_InputsOfUnequalRows_GoAlone()
    {
        var even = TensorSamples.Queued(2, 1);
        var uneven = even with { Rows = 1 };

        Assert.True(even.GoesWith(TensorSamples.Queued(3, 1)));
        Assert.False(even.GoesWith(uneven));
        Assert.False(uneven.GoesWith(even));
    }

    [Fact]
    public async Task RunAsync_ManyCallersOfManyShapes_EveryoneGetsTheirOwn()
    {
        var queue = Queue(new BatchingSpec());
        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(
            async () =>
            {
                for (var i = 0; i < 300; i++)
                {
                    var (rows, first) = (1 + ((caller + i) % 4), (caller * 1000f) + i);
                    await CheckAsync(queue.RunAsync(TensorSamples.Queued(rows, first), null, Cancel), rows, first);
                }
            },
            Cancel)));
    }

    private static async Task CheckAsync(Task<InferenceResult> answer, int rows, float first)
    {
        var output = Assert.Single((await answer).Outputs);
        Assert.Equal([rows, 2], output.Shape);
        Assert.Equal(Enumerable.Range(0, rows * 2).Select(i => (first + i) * 2), TensorSamples.Floats(output));
    }

    private BatchQueue Queue(BatchingSpec spec)
    {
        var model = TensorSamples.Doubler(Hold);

        // Loading a model tries it; those calls are not the test's.
        _calls.Clear();
        return new BatchQueue(model, spec, _threads, _counters, _clock);
    }

    private async Task<(BatchQueue Queue, Task<InferenceResult> Busy)> HoldAsync(BatchingSpec spec)
    {
        var queue = Queue(spec);
        _held = true;

        // A short call runs on its caller's thread.
        var busy = Task.Run(() => queue.RunAsync(TensorSamples.Queued(1, 0), null, Cancel), Cancel);
        await _entered.WaitAsync(Cancel);
        return (queue, busy);
    }

    private void Hold(EngineTensor input)
    {
        _calls.Enqueue(input.Shape[0]);
        if (_held)
        {
            _entered.Release();
            _go.Wait(TimeSpan.FromSeconds(30));
        }
    }

    private void Release(int calls) => _go.Release(calls);
}
