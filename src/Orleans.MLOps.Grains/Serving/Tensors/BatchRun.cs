using System.Diagnostics;

namespace Orleans.MLOps.Grains.Serving.Tensors;

/// <summary>One call of the engine for the requests of a batch. Everyone gets the rows that are theirs, or the error that is theirs.</summary>
internal static class BatchRun
{
    public static void Execute(LoadedModel model, IReadOnlyList<QueuedRequest> batch, VariantCounters counters)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            model.Compute(batch);
            var taken = Stopwatch.GetElapsedTime(started);
            counters.OnExecuted(batch, started, taken);
            Hand(batch, started, taken);
        }
        catch (Exception) when (batch.Count > 1)
        {
            // One of them may be what the engine cannot compute; the others must not suffer from it.
            foreach (var request in batch)
            {
                Execute(model, [request], counters);
            }
        }
        catch (Exception error)
        {
            counters.OnFailed(Stopwatch.GetElapsedTime(batch[0].ArrivedAt));
            batch[0].Fail(error is ArgumentException refused ? Refusal(refused) : error);
        }
    }

    /// <summary>What the caller is told when the engine cannot compute its request.</summary>
    public static InvalidInputException Refusal(ArgumentException error) => new(error.Message, "inputs", error);

    private static void Hand(IReadOnlyList<QueuedRequest> batch, long started, TimeSpan taken)
    {
        var rows = 0;
        foreach (var request in batch)
        {
            rows += request.Rows;
        }

        foreach (var request in batch)
        {
            request.Complete(new EngineTimes(Stopwatch.GetElapsedTime(request.ArrivedAt, started), taken, rows));
        }
    }
}
