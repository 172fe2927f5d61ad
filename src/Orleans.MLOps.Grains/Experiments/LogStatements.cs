using Orleans.MLOps.Experiments;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>The statements that write tags and metrics of one run.</summary>
internal static class LogStatements
{
    public static void AddTags(TableWrite write, string runId, Dictionary<string, string> tags)
    {
        foreach (var (key, value) in tags)
        {
            write.Add(
                "INSERT INTO tags (run_id, key, value) VALUES ($1, $2, $3) ON CONFLICT (run_id, key) DO UPDATE SET value = excluded.value",
                runId, key, value);
        }
    }

    /// <summary>Appends the points in order and moves the latest value of each metric; a point without a time gets <paramref name="now"/>.</summary>
    public static void AddMetrics(TableWrite write, string runId, MetricPoint[] points, DateTimeOffset now)
    {
        var latest = new Dictionary<string, (long Step, long Time, double Value)>(StringComparer.Ordinal);
        foreach (var point in points)
        {
            var time = TableValue.ToMicroseconds(point.Timestamp == default ? now : point.Timestamp);
            var nan = double.IsNaN(point.Value);
            write.Add(
                "INSERT INTO metrics (run_id, key, step, timestamp_us, value, is_nan) VALUES ($1, $2, $3, $4, $5, $6)",
                runId, point.Key, point.Step, time, nan ? null : point.Value, nan);
            if (!latest.TryGetValue(point.Key, out var known) || (point.Step, time).CompareTo((known.Step, known.Time)) >= 0)
            {
                latest[point.Key] = (point.Step, time, point.Value);
            }
        }

        foreach (var (key, (step, time, value)) in latest)
        {
            var nan = double.IsNaN(value);
            write.Add(
                """
                INSERT INTO latest_metrics (run_id, key, step, timestamp_us, value, is_nan) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (run_id, key) DO UPDATE SET step = excluded.step, timestamp_us = excluded.timestamp_us,
                  value = excluded.value, is_nan = excluded.is_nan
                WHERE excluded.step > latest_metrics.step
                   OR (excluded.step = latest_metrics.step AND excluded.timestamp_us >= latest_metrics.timestamp_us)
                """,
                runId, key, step, time, nan ? null : value, nan);
        }
    }
}
