using System.Data.Common;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Turns rows of the tables into runs.</summary>
internal static class RunRows
{
    /// <summary>The columns that <see cref="Read"/> reads, of the table alias r.</summary>
    public const string Columns =
        "r.run_id, r.experiment_id, r.name, r.status, r.lifecycle, r.user_name, r.host, r.git_commit, r.seed, r.started_us, r.ended_us, r.json";

    private const int Param = 0;
    private const int Tag = 1;

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
            Packages = CatalogJson.Read<Dictionary<string, string>>(row.GetString(11)),
        };
    }

    /// <summary>Adds params, tags and latest metrics to runs, all as of one moment.</summary>
    public static async Task FillAsync(ITables tables, IReadOnlyList<RunInfo> runs, CancellationToken cancellationToken)
    {
        if (runs.Count == 0)
        {
            return;
        }

        // One statement sees one snapshot. Its text is a key of the statement cache, so the list grows in powers of two.
        var ids = new object?[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)runs.Count)];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = runs[Math.Min(i, runs.Count - 1)].RunId;
        }

        var list = string.Join(", ", Enumerable.Range(1, ids.Length).Select(i => $"${i}"));
        var byId = runs.ToDictionary(run => run.RunId);
        var details = await tables.QueryAsync(
            $"""
            SELECT {Param} AS kind, run_id, key, value AS text, CAST(NULL AS double precision) AS number FROM params WHERE run_id IN ({list})
            UNION ALL SELECT {Tag}, run_id, key, value, NULL FROM tags WHERE run_id IN ({list})
            UNION ALL SELECT 2, run_id, key, NULL, value FROM latest_metrics WHERE run_id IN ({list})
            """,
            row => (Kind: row.GetInt32(0), Run: row.GetString(1), Key: row.GetString(2), Text: row.GetNullableString(3), Number: row.IsDBNull(4) ? double.NaN : row.GetDouble(4)),
            cancellationToken,
            ids);
        foreach (var detail in details)
        {
            var run = byId[detail.Run];
            switch (detail.Kind)
            {
                case Param:
                    run.Params[detail.Key] = detail.Text!;
                    break;
                case Tag:
                    run.Tags[detail.Key] = detail.Text!;
                    break;
                default:
                    run.Metrics[detail.Key] = detail.Number;
                    break;
            }
        }
    }
}
