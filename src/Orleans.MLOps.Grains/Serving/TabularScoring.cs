using System.Diagnostics;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>Scores bound rows by a route of the platform's own networks.</summary>
internal static class TabularScoring
{
    /// <summary>Scores every row by the forced variant, or by the one that the weights give it.</summary>
    public static async ValueTask<(int[] Versions, float[] Probabilities)> ScoreAsync(Route route, BoundRows bound, RouteVariant? forced)
    {
        var versions = new int[bound.Rows];
        float[] probabilities;
        if ((forced ?? route.Single) is { } single)
        {
            Array.Fill(versions, single.Spec.Version);
            probabilities = bound.Rows == 0 ? [] : await ScoreAsync(single, bound.Numeric, bound.Categorical, bound.Rows);
        }
        else
        {
            probabilities = await ScoreByWeightsAsync(route, bound, versions);
        }

        if (route.Shadow is { Model: TabularModel shadow } traffic && bound.Rows > 0)
        {
            traffic.Offer(tolerance => Compare(shadow, bound, probabilities, tolerance), route);
        }

        return (versions, probabilities);
    }

    private static async ValueTask<float[]> ScoreByWeightsAsync(Route route, BoundRows bound, int[] versions)
    {
        var probabilities = new float[bound.Rows];
        for (var row = 0; row < bound.Rows; row++)
        {
            versions[row] = route.Pick().Spec.Version;
        }

        foreach (var variant in route.Serving.DistinctBy(variant => variant.Spec.Version))
        {
            int[] rows = [.. Enumerable.Range(0, bound.Rows).Where(row => versions[row] == variant.Spec.Version)];
            if (rows.Length > 0)
            {
                var scores = await ScoreAsync(
                    variant,
                    Array.ConvertAll(bound.Numeric, column => Array.ConvertAll(rows, row => column[row])),
                    Array.ConvertAll(bound.Categorical, column => Array.ConvertAll(rows, row => column[row])),
                    rows.Length);
                for (var i = 0; i < rows.Length; i++)
                {
                    probabilities[rows[i]] = scores[i];
                }
            }
        }

        return probabilities;
    }

    private static async ValueTask<float[]> ScoreAsync(RouteVariant variant, double[][] numeric, string[][] categorical, int rows)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var probabilities = await ((TabularModel)variant.Model).ScoreAsync(numeric, categorical, rows);
            variant.Counters.OnExecuted(rows, Stopwatch.GetElapsedTime(started));
            return probabilities;
        }
        catch
        {
            variant.Counters.OnFailed(Stopwatch.GetElapsedTime(started));
            throw;
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
