using System.Diagnostics;
using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>Scores bound rows by a route of the platform's own networks.</summary>
internal static class TabularScoring
{
    /// <summary>Scores every row by the forced variant, or by the one that the weights give it; completes synchronously when the engines are idle and the rows few.</summary>
    /// <exception cref="MLOpsException">A queue is full, the request waited for longer than it may, or it could not be computed.</exception>
    public static async ValueTask<(int[] Versions, ScoredRows Scored)> ScoreAsync(
        Route route, BoundRows bound, PredictRequest request, RouteVariant? forced, CancellationToken cancellationToken)
    {
        var versions = new int[bound.Rows];
        ScoredRows scored;
        if ((forced ?? route.Single) is { } single)
        {
            Array.Fill(versions, single.Spec.Version);
            scored = bound.Rows == 0 ? new([], default) : await ScoreAsync(route, single, bound.Numeric, bound.Categorical, bound.Rows, request, cancellationToken);
        }
        else
        {
            scored = await ScoreByWeightsAsync(route, bound, versions, request, cancellationToken);
        }

        if (route.Shadow is { Model: TabularModel shadow } traffic && bound.Rows > 0)
        {
            traffic.Offer(tolerance => Compare(shadow, bound, scored.Probabilities, tolerance), route);
        }

        return (versions, scored);
    }

    private static async ValueTask<ScoredRows> ScoreByWeightsAsync(Route route, BoundRows bound, int[] versions, PredictRequest request, CancellationToken cancellationToken)
    {
        var (probabilities, times) = (new float[bound.Rows], default(EngineTimes));
        for (var row = 0; row < bound.Rows; row++)
        {
            versions[row] = route.Pick().Spec.Version;
        }

        foreach (var variant in route.Serving.DistinctBy(variant => variant.Spec.Version))
        {
            int[] rows = [.. Enumerable.Range(0, bound.Rows).Where(row => versions[row] == variant.Spec.Version)];
            if (rows.Length > 0)
            {
                var scored = await ScoreAsync(
                    route,
                    variant,
                    Array.ConvertAll(bound.Numeric, column => Array.ConvertAll(rows, row => column[row])),
                    Array.ConvertAll(bound.Categorical, column => Array.ConvertAll(rows, row => column[row])),
                    rows.Length,
                    request,
                    cancellationToken);
                times = times.Then(scored.Times);
                for (var i = 0; i < rows.Length; i++)
                {
                    probabilities[rows[i]] = scored.Probabilities[i];
                }
            }
        }

        return new(probabilities, times);
    }

    private static async ValueTask<ScoredRows> ScoreAsync(
        Route route, RouteVariant variant, double[][] numeric, string[][] categorical, int rows, PredictRequest request, CancellationToken cancellationToken)
    {
        var model = (TabularModel)variant.Model;
        var (numbers, indices) = model.Encode(numeric, categorical, rows);
        var scored = variant.Queue.TryEnter(rows)
            ? ScoreNow(variant, model, numbers, indices, rows)
            : await variant.Queue.RunAsync(new QueuedRows(numbers, indices, rows, request.Priority, Stopwatch.GetTimestamp()), request.Timeout, cancellationToken);
        ServingMeter.Record(route.MetricName, variant.VersionText, scored.Times);
        return scored;
    }

    /// <summary>On the caller's thread, which has entered the queue: nothing is made that could wait.</summary>
    private static ScoredRows ScoreNow(RouteVariant variant, TabularModel model, float[] numbers, long[] indices, int rows)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var probabilities = new float[rows];
            model.Score(numbers, indices, rows, probabilities);
            var taken = Stopwatch.GetElapsedTime(started);
            variant.Counters.OnExecuted(rows, taken);
            return new(probabilities, new(TimeSpan.Zero, taken, rows));
        }
        catch (Exception error)
        {
            variant.Counters.OnFailed(Stopwatch.GetElapsedTime(started));
            if (error is ArgumentException refused)
            {
                throw BatchRun.Refusal(refused);
            }

            throw;
        }
        finally
        {
            variant.Queue.Exit();
        }
    }

    private static (double Largest, bool Differs) Compare(TabularModel shadow, BoundRows bound, float[] answered, double tolerance)
    {
        var computed = shadow.Score(bound.Numeric, bound.Categorical, bound.Rows);
        var (largest, differs) = (0.0, false);
        for (var row = 0; row < computed.Length; row++)
        {
            var distance = Math.Abs((double)computed[row] - answered[row]);
            largest = Math.Max(largest, distance);
            differs |= !(distance <= tolerance + (tolerance * Math.Abs(answered[row])));
        }

        return (largest, differs);
    }
}
