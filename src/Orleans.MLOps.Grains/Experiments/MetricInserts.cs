using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Appends points of one metric, several in a statement; the few texts of statements stay prepared.</summary>
internal static class MetricInserts
{
    private const int Shared = 2;
    private const int Columns = 4;

    // Binding finds each parameter by a walk over the names of all, so larger statements cost more again.
    private static readonly int[] Sizes = [8, 4, 1];
    private static readonly string[] Texts = Array.ConvertAll(Sizes, Text);

    public static void Add(TableWrite write, string runId, string key, ReadOnlySpan<MetricRank> points)
    {
        write.Add("INSERT INTO metric_series (run_id, key) VALUES ($1, $2) ON CONFLICT DO NOTHING", runId, key);
        var done = 0;
        for (var i = 0; i < Sizes.Length; i++)
        {
            for (; points.Length - done >= Sizes[i]; done += Sizes[i])
            {
                write.Add(Texts[i], Values(runId, key, points.Slice(done, Sizes[i])));
            }
        }
    }

    private static object?[] Values(string runId, string key, ReadOnlySpan<MetricRank> points)
    {
        var values = new object?[Shared + (points.Length * Columns)];
        (values[0], values[1]) = (runId, key);
        var at = Shared;
        foreach (var point in points)
        {
            values[at++] = point.Time;
            values[at++] = point.Step;
            values[at++] = point.IsNan ? 0L : 1L;
            values[at++] = point.IsNan ? 0.0 : point.Value;
        }

        return values;
    }

    private static string Text(int rows)
    {
        var values = Enumerable.Range(0, rows).Select(row => $"({string.Join(", ", Enumerable.Range(Shared + 1 + (row * Columns), Columns).Select(number => $"${number}"))})");
        return
            $"""
            INSERT INTO metric_points (series, timestamp_us, step, is_number, value)
            SELECT s.series, v.column1, v.column2, v.column3, v.column4 FROM metric_series s, (VALUES {string.Join(", ", values)}) AS v
            WHERE s.run_id = $1 AND s.key = $2 ON CONFLICT DO NOTHING
            """;
    }
}
