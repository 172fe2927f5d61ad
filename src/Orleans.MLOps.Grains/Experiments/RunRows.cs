using System.Data.Common;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Experiments.Search;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Turns rows of the tables into runs.</summary>
internal static class RunRows
{
    private const int RunsAPiece = 128;
    private const int Param = 0;
    private const int Tag = 1;

    /// <summary>The columns that <see cref="Read"/> reads, of the table aliases r (runs) and e (experiments).</summary>
    public const string Columns =
        """
        r.run_id, r.experiment_id, r.name, r.status, CASE WHEN e.lifecycle = 'Active' THEN r.lifecycle ELSE e.lifecycle END,
        r.user_name, r.host, r.git_commit, r.seed, r.started_us, r.ended_us, e.artifact_location
        """;

    public static RunInfo Read(DbDataReader row)
    {
        var name = row.GetString(2);
        return new RunInfo
        {
            RunId = row.GetString(0),
            ExperimentId = row.GetInt64(1),
            Name = name.Length == 0 ? null : name,
            Status = Enum.Parse<RunStatus>(row.GetString(3)),
            Lifecycle = Enum.Parse<Lifecycle>(row.GetString(4)),
            User = row.GetNullableString(5),
            Host = row.GetNullableString(6),
            GitCommit = row.GetNullableString(7),
            Seed = row.IsDBNull(8) ? null : row.GetInt64(8),
            StartedAt = row.GetTime(9),
            EndedAt = row.GetNullableTime(10),
            ArtifactLocation = row.GetNullableString(11),
        };
    }

    /// <summary>The runs with their packages, params, tags, latest metrics, inputs and outputs: as many of them as a page holds.</summary>
    public static Task<RunInfo[]> FillAsync(ITables tables, IReadOnlyList<RunInfo> runs, CancellationToken cancellationToken) =>
        PagePieces.FillAsync(runs, RunsAPiece, async (piece, meter) =>
        {
            meter.Add(piece.Sum(PageBytes.Of));
            var details = piece.ToDictionary(run => run.RunId, _ => new RunDetails(), StringComparer.Ordinal);
            var ids = IdList.Of([.. details.Keys]).Single();

            // Each fills parts of its own.
            await Task.WhenAll(
                FillTextsAsync(tables, ids, details, meter, cancellationToken),
                FillMetricsAsync(tables, ids, details, meter, cancellationToken),
                FillInputsAsync(tables, ids, details, meter, cancellationToken));
            return Array.ConvertAll(piece, run => details[run.RunId].AddTo(run));
        });

    // A cell costs more than the text in it, so all pairs of a run come in one.
    private static async Task FillTextsAsync(ITables tables, IdList ids, Dictionary<string, RunDetails> details, PageMeter meter, CancellationToken cancellationToken)
    {
        var pairs = TextPairs.Sql(tables.Engine);
        var rows = await tables.QueryAsync(
            $"""
            SELECT {Param} AS kind, run_id, {pairs} FROM params WHERE run_id IN ({ids.Placeholders}) GROUP BY run_id
            UNION ALL SELECT {Tag}, run_id, {pairs} FROM tags WHERE run_id IN ({ids.Placeholders}) GROUP BY run_id
            UNION ALL SELECT 2, run_id, json FROM runs WHERE run_id IN ({ids.Placeholders})
            """,
            row =>
            {
                var found = (Kind: row.GetInt32(0), Run: row.GetString(1), Pairs: row.GetString(2));
                meter.Add(PageBytes.Of(found.Pairs));
                return found;
            },
            cancellationToken,
            ids.Values);
        foreach (var (kind, run, text) in rows)
        {
            TextPairs.Read(text, kind switch { Param => details[run].Params, Tag => details[run].Tags, _ => details[run].Packages });
        }
    }

    private static async Task FillMetricsAsync(ITables tables, IdList ids, Dictionary<string, RunDetails> details, PageMeter meter, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            $"SELECT run_id, key, step, timestamp_us, value FROM latest_metrics WHERE run_id IN ({ids.Placeholders}) ORDER BY run_id, key",
            row =>
            {
                var point = new MetricPoint { Key = row.GetString(1), Step = row.GetInt64(2), Timestamp = row.GetTime(3), Value = row.GetNumber(4) };
                meter.Add(PageBytes.Of(point));
                return (Run: row.GetString(0), Point: point);
            },
            cancellationToken,
            ids.Values);
        foreach (var (run, point) in rows)
        {
            details[run].Metrics.Add(point);
        }
    }

    private static async Task FillInputsAsync(ITables tables, IdList ids, Dictionary<string, RunDetails> details, PageMeter meter, CancellationToken cancellationToken)
    {
        var datasets = await tables.QueryAsync(
            $"""
            SELECT run_id, name, digest, source_type, source, schema_text, profile, tags FROM run_datasets
            WHERE run_id IN ({ids.Placeholders}) ORDER BY run_id, name, digest
            """,
            row =>
            {
                var dataset = new RunDataset
                {
                    Name = row.GetString(1),
                    Digest = row.GetString(2),
                    SourceType = row.GetString(3),
                    Source = row.GetString(4),
                    Schema = row.GetNullableString(5),
                    Profile = row.GetNullableString(6),
                    Tags = CatalogJson.Read<Dictionary<string, string>>(row.GetString(7)),
                };
                meter.Add(PageBytes.Of(dataset, row.GetString(7)));
                return (Run: row.GetString(0), Dataset: dataset);
            },
            cancellationToken,
            ids.Values);
        foreach (var (run, dataset) in datasets)
        {
            details[run].Datasets.Add(dataset);
        }

        var models = await tables.QueryAsync(
            $"SELECT run_id, direction, model_id, step FROM run_models WHERE run_id IN ({ids.Placeholders}) ORDER BY run_id, direction, model_id",
            row =>
            {
                var model = new RunModel { ModelId = row.GetString(2), Step = row.GetInt64(3) };
                meter.Add(PageBytes.Of(model));
                return (Run: row.GetString(0), Input: row.GetString(1) == RunInputs.Input, Model: model);
            },
            cancellationToken,
            ids.Values);
        foreach (var (run, input, model) in models)
        {
            (input ? details[run].InputModels : details[run].OutputModels).Add(model);
        }
    }

    private sealed class RunDetails
    {
        public Dictionary<string, string> Packages { get; } = [];

        public Dictionary<string, string> Params { get; } = [];

        public Dictionary<string, string> Tags { get; } = [];

        public List<MetricPoint> Metrics { get; } = [];

        public List<RunDataset> Datasets { get; } = [];

        public List<RunModel> InputModels { get; } = [];

        public List<RunModel> OutputModels { get; } = [];

        public RunInfo AddTo(RunInfo run) => run with
        {
            Packages = Packages,
            Params = Params,
            Tags = Tags,
            Metrics = [.. Metrics],
            Datasets = [.. Datasets],
            InputModels = [.. InputModels],
            OutputModels = [.. OutputModels],
        };
    }
}
