using System.Diagnostics;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Tensors;

/// <summary>Counts what one version of an endpoint does in this silo.</summary>
internal sealed class VariantCounters(TimeProvider clock)
{
    private long _inferences;
    private long _executions;
    private long _succeeded;
    private long _succeededTicks;
    private long _failed;
    private long _failedTicks;
    private long _rejected;
    private long _limited;
    private long _abandoned;
    private long _queueTicks;
    private long _inferTicks;
    private long _lastAt;

    public void OnExecuted(IReadOnlyList<QueuedRequest> batch, long started, TimeSpan taken)
    {
        var (rows, queued) = (0L, 0L);
        foreach (var request in batch)
        {
            rows += request.Rows;
            queued += Stopwatch.GetElapsedTime(request.ArrivedAt, started).Ticks;
        }

        Interlocked.Increment(ref _executions);
        Interlocked.Add(ref _inferences, rows);
        Interlocked.Add(ref _succeeded, batch.Count);
        Interlocked.Add(ref _queueTicks, queued);
        Interlocked.Add(ref _inferTicks, taken.Ticks * batch.Count);
        Interlocked.Add(ref _succeededTicks, queued + (taken.Ticks * batch.Count));
        Volatile.Write(ref _lastAt, clock.GetUtcNow().UtcTicks);
    }

    /// <summary>A request that met an idle engine and was alone in its call.</summary>
    public void OnExecuted(int rows, TimeSpan taken)
    {
        Interlocked.Increment(ref _executions);
        Interlocked.Add(ref _inferences, rows);
        Interlocked.Increment(ref _succeeded);
        Interlocked.Add(ref _inferTicks, taken.Ticks);
        Interlocked.Add(ref _succeededTicks, taken.Ticks);
        Volatile.Write(ref _lastAt, clock.GetUtcNow().UtcTicks);
    }

    public void OnFailed(TimeSpan taken)
    {
        Interlocked.Increment(ref _failed);
        Interlocked.Add(ref _failedTicks, taken.Ticks);
    }

    public void OnRejected() => Interlocked.Increment(ref _rejected);

    /// <summary>A caller left while its request waited.</summary>
    public void OnAbandoned() => Interlocked.Increment(ref _abandoned);

    /// <summary>A limit of the endpoint refused a request that would have come here.</summary>
    public void OnLimited()
    {
        Interlocked.Increment(ref _rejected);
        Interlocked.Increment(ref _limited);
    }

    public InferStatistics Read(int pending)
    {
        var last = Volatile.Read(ref _lastAt);
        return new InferStatistics
        {
            Inferences = Volatile.Read(ref _inferences),
            Executions = Volatile.Read(ref _executions),
            Succeeded = Volatile.Read(ref _succeeded),
            SucceededNanoseconds = Nanoseconds(ref _succeededTicks),
            Failed = Volatile.Read(ref _failed),
            FailedNanoseconds = Nanoseconds(ref _failedTicks),
            Rejected = Volatile.Read(ref _rejected),
            Limited = Volatile.Read(ref _limited),
            Abandoned = Volatile.Read(ref _abandoned),
            QueueNanoseconds = Nanoseconds(ref _queueTicks),
            InferNanoseconds = Nanoseconds(ref _inferTicks),
            Pending = pending,
            LastAt = last == 0 ? null : new DateTimeOffset(last, TimeSpan.Zero),
        };
    }

    private static long Nanoseconds(ref long ticks) => Volatile.Read(ref ticks) * TimeSpan.NanosecondsPerTick;
}
