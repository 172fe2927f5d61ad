using System.Data.Common;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Turns rows of the tables into experiments.</summary>
internal static class ExperimentRows
{
    /// <summary>The columns that <see cref="Read"/> reads, of the table alias e.</summary>
    public const string Columns = "e.experiment_id, e.project, e.name, e.lifecycle, e.created_us, e.updated_us, e.artifact_location";

    public static ExperimentInfo Read(DbDataReader row) => new()
    {
        ExperimentId = row.GetInt64(0),
        Project = row.GetString(1),
        Name = row.GetString(2),
        Lifecycle = Enum.Parse<Lifecycle>(row.GetString(3)),
        CreatedAt = row.GetTime(4),
        UpdatedAt = row.GetTime(5),
        ArtifactLocation = row.GetNullableString(6),
    };

    /// <summary>Adds the tags to experiments.</summary>
    public static async Task FillAsync(ITables tables, IReadOnlyList<ExperimentInfo> experiments, CancellationToken cancellationToken)
    {
        var byId = experiments.ToDictionary(experiment => experiment.ExperimentId);
        foreach (var ids in IdList.Of([.. byId.Keys.Cast<object>()]))
        {
            var tags = await tables.QueryAsync(
                $"SELECT experiment_id, key, value FROM experiment_tags WHERE experiment_id IN ({ids.Placeholders})",
                row => (Id: row.GetInt64(0), Key: row.GetString(1), Value: row.GetString(2)),
                cancellationToken,
                ids.Values);
            foreach (var tag in tags)
            {
                byId[tag.Id].Tags[tag.Key] = tag.Value;
            }
        }
    }
}
