using System.Collections.Concurrent;
using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// Gathers concurrent requests into one call of the engine. An idle batcher never waits: the first request runs at once,
/// and those that come while the engine is busy go together in the next call.
/// </summary>
internal sealed class MicroBatcher(OnnxScorer scorer)
{
    private const int MaximumRows = 4096;

    private readonly ConcurrentQueue<Pending> _waiting = new();
    private int _busy;

    /// <summary>Scores encoded rows; completes synchronously when the engine is idle.</summary>
    public ValueTask ScoreAsync(float[] numeric, long[] categories, int rows, float[] probabilities)
    {
        if (Interlocked.CompareExchange(ref _busy, 1, 0) == 0)
        {
            try
            {
                scorer.Score(numeric, categories, rows, probabilities);
                return ValueTask.CompletedTask;
            }
            finally
            {
                Release();
            }
        }

        var pending = new Pending(numeric, categories, rows, probabilities);
        _waiting.Enqueue(pending);
        TryDrain();
        return new ValueTask(pending.Done.Task);
    }

    private void Release()
    {
        Volatile.Write(ref _busy, 0);
        TryDrain();
    }

    private void TryDrain()
    {
        if (!_waiting.IsEmpty && Interlocked.CompareExchange(ref _busy, 1, 0) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static batcher => batcher.Drain(), this, preferLocal: false);
        }
    }

    private void Drain()
    {
        var batch = new List<Pending>();
        var rows = 0;
        while (rows < MaximumRows && _waiting.TryDequeue(out var next))
        {
            batch.Add(next);
            rows += next.Rows;
        }

        try
        {
            Score(batch, rows);
            batch.ForEach(pending => pending.Done.SetResult());
        }
        catch (Exception error)
        {
            batch.ForEach(pending => pending.Done.TrySetException(error));
        }
        finally
        {
            Release();
        }
    }

    private void Score(List<Pending> batch, int rows)
    {
        if (batch.Count == 1)
        {
            scorer.Score(batch[0].Numeric, batch[0].Categories, rows, batch[0].Probabilities);
            return;
        }

        var numeric = new float[rows * scorer.NumericInputs];
        var categories = new long[rows * scorer.CategoricalInputs];
        var probabilities = new float[rows];
        var row = 0;
        foreach (var pending in batch)
        {
            pending.Numeric.CopyTo(numeric, row * scorer.NumericInputs);
            pending.Categories.CopyTo(categories, row * scorer.CategoricalInputs);
            row += pending.Rows;
        }

        scorer.Score(numeric, categories, rows, probabilities);
        row = 0;
        foreach (var pending in batch)
        {
            probabilities.AsSpan(row, pending.Rows).CopyTo(pending.Probabilities);
            row += pending.Rows;
        }
    }

    private sealed record Pending(float[] Numeric, long[] Categories, int Rows, float[] Probabilities)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
