using System.Data.Common;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments.Search;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Turns rows of the tables into logged models.</summary>
internal static class LoggedModelRows
{
    private const int ModelsAPiece = 128;

    /// <summary>The columns that <see cref="Read"/> reads, of the table aliases m (logged_models) and e (experiments).</summary>
    public const string Columns =
        "m.model_id, m.experiment_id, m.name, m.model_type, m.source_run_id, m.status, m.lifecycle, m.created_us, m.updated_us, e.artifact_location";

    public static LoggedModelInfo Read(DbDataReader row) => new()
    {
        ModelId = row.GetString(0),
        ExperimentId = row.GetInt64(1),
        Name = row.GetString(2),
        ModelType = row.GetNullableString(3),
        SourceRunId = row.GetNullableString(4),
        Status = Enum.Parse<LoggedModelStatus>(row.GetString(5)),
        Lifecycle = Enum.Parse<Lifecycle>(row.GetString(6)),
        CreatedAt = row.GetTime(7),
        UpdatedAt = row.GetTime(8),
        ArtifactLocation = row.GetNullableString(9),
    };

    /// <summary>The models with their params, tags, metrics and registrations: as many of them as a page holds.</summary>
    public static Task<LoggedModelInfo[]> FillAsync(ITables tables, IReadOnlyList<LoggedModelInfo> models, CancellationToken cancellationToken) =>
        PagePieces.FillAsync(models, ModelsAPiece, (piece, meter) => FillAsync(tables, piece, meter, cancellationToken));

    private static async Task<LoggedModelInfo[]> FillAsync(ITables tables, LoggedModelInfo[] models, PageMeter meter, CancellationToken cancellationToken)
    {
        meter.Add(models.Sum(PageBytes.Of));
        var details = models.ToDictionary(
            model => model.ModelId,
            _ => (Params: new Dictionary<string, string>(), Tags: new Dictionary<string, string>(), Metrics: new List<ModelMetric>(), Registrations: new List<ModelRegistration>()),
            StringComparer.Ordinal);
        var ids = IdList.Of([.. details.Keys]).Single();
        var texts = await tables.QueryAsync(
            $"""
            SELECT 0 AS kind, model_id, key, value FROM logged_model_params WHERE model_id IN ({ids.Placeholders})
            UNION ALL SELECT 1, model_id, key, value FROM logged_model_tags WHERE model_id IN ({ids.Placeholders})
            """,
            row =>
            {
                var text = (IsTag: row.GetInt32(0) == 1, Model: row.GetString(1), Key: row.GetString(2), Value: row.GetString(3));
                meter.Add(PageBytes.Of(text.Key, text.Value));
                return text;
            },
            cancellationToken,
            ids.Values);
        foreach (var (isTag, model, key, value) in texts)
        {
            (isTag ? details[model].Tags : details[model].Params)[key] = value;
        }

        var points = await tables.QueryAsync(
            $"""
            SELECT model_id, run_id, key, dataset_name, dataset_digest, step, timestamp_us, value FROM logged_model_metrics
            WHERE model_id IN ({ids.Placeholders}) ORDER BY model_id, key, dataset_name, dataset_digest, run_id
            """,
            row =>
            {
                var point = ReadMetric(row);
                meter.Add(PageBytes.Of(point));
                return point;
            },
            cancellationToken,
            ids.Values);
        foreach (var point in points)
        {
            details[point.Point.ModelId!].Metrics.Add(point);
        }

        var versions = await tables.QueryAsync(
            $"SELECT logged_model_id, model, version FROM model_versions WHERE logged_model_id IN ({ids.Placeholders}) ORDER BY model, version",
            row =>
            {
                var version = (LoggedModel: row.GetString(0), Registration: new ModelRegistration { Name = row.GetString(1), Version = row.GetInt32(2) });
                meter.Add(PageBytes.Of(version.Registration));
                return version;
            },
            cancellationToken,
            ids.Values);
        foreach (var (model, registration) in versions)
        {
            details[model].Registrations.Add(registration);
        }

        return Array.ConvertAll(models, model =>
        {
            var (given, tags, metrics, registrations) = details[model.ModelId];
            return model with { Params = given, Tags = tags, Metrics = [.. metrics], Registrations = [.. registrations] };
        });
    }

    private static ModelMetric ReadMetric(DbDataReader row) => new()
    {
        RunId = row.GetString(1),
        Point = new MetricPoint
        {
            ModelId = row.GetString(0),
            Key = row.GetString(2),
            DatasetName = Absent(row.GetString(3)),
            DatasetDigest = Absent(row.GetString(4)),
            Step = row.GetInt64(5),
            Timestamp = row.GetTime(6),
            Value = row.GetNumber(7),
        },
    };

    private static string? Absent(string text) => text.Length == 0 ? null : text;
}
