using System.Runtime.InteropServices;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>The statements that write tags and metrics of one run.</summary>
internal static class LogStatements
{
    /// <summary>The tag that mirrors a run's name, as clients of MLflow expect; whoever writes one of them writes both.</summary>
    public const string NameTag = "mlflow.runName";

    private static readonly string Latest =
        $"""
        INSERT INTO latest_metrics (run_id, key, step, timestamp_us, value, is_nan) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (run_id, key) DO UPDATE SET step = excluded.step, timestamp_us = excluded.timestamp_us,
          value = excluded.value, is_nan = excluded.is_nan
        WHERE {Newer("latest_metrics")}
        """;

    private static readonly string ModelMetric =
        $"""
        INSERT INTO logged_model_metrics (model_id, run_id, key, dataset_name, dataset_digest, step, timestamp_us, value, is_nan)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (model_id, key, dataset_name, dataset_digest, run_id) DO UPDATE SET step = excluded.step,
          timestamp_us = excluded.timestamp_us, value = excluded.value, is_nan = excluded.is_nan
        WHERE {Newer("logged_model_metrics")}
        """;

    public static void SetName(TableWrite write, string runId, string name) => AddTags(write, runId, new() { [NameTag] = name });

    public static void AddTags(TableWrite write, string runId, Dictionary<string, string> tags)
    {
        foreach (var (key, value) in tags)
        {
            write.Add(
                "INSERT INTO tags (run_id, key, value) VALUES ($1, $2, $3) ON CONFLICT (run_id, key) DO UPDATE SET value = excluded.value",
                runId, key, value);
            if (key == NameTag)
            {
                write.Add("UPDATE runs SET name = $2 WHERE run_id = $1", runId, value);
            }
        }
    }

    /// <summary>Appends the points in order and moves the latest value of each metric; a point without a time gets <paramref name="now"/>.</summary>
    public static void AddMetrics(TableWrite write, string runId, MetricPoint[] points, DateTimeOffset now)
    {
        var series = new Dictionary<string, List<MetricRank>>(StringComparer.Ordinal);
        foreach (var point in points)
        {
            var rank = new MetricRank(point.Step, TableValue.ToMicroseconds(point.Timestamp == default ? now : point.Timestamp), point.Value);
            if (!series.TryGetValue(point.Key, out var ranks))
            {
                series.Add(point.Key, ranks = []);
            }

            ranks.Add(rank);
            if (point.ModelId is not null)
            {
                AddModelMetric(write, runId, point, rank);
            }
        }

        foreach (var (key, ranks) in series)
        {
            MetricInserts.Add(write, runId, key, CollectionsMarshal.AsSpan(ranks));
            var latest = ranks.Max();
            write.Add(Latest, runId, key, latest.Step, latest.Time, latest.Number, latest.IsNan);
        }
    }

    private static void AddModelMetric(TableWrite write, string runId, MetricPoint point, MetricRank rank) => write
        .Require(RunLogging.ModelPrefix + point.ModelId, RowCount.One, "SELECT 1 FROM logged_models WHERE model_id = $1", point.ModelId)
        .Add(ModelMetric, point.ModelId, runId, point.Key, point.DatasetName ?? "", point.DatasetDigest ?? "", rank.Step, rank.Time, rank.Number, rank.IsNan);

    /// <summary>Whether a new point outranks the one that a row holds; the same order as <see cref="MetricRank"/>.</summary>
    private static string Newer(string table) =>
        $"""
        excluded.step > {table}.step OR (excluded.step = {table}.step AND (excluded.timestamp_us > {table}.timestamp_us
          OR (excluded.timestamp_us = {table}.timestamp_us AND excluded.is_nan = 0 AND ({table}.is_nan = 1 OR excluded.value > {table}.value))))
        """;
}
