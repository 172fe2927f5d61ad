using System.Data.Common;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments.Search;
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

    /// <summary>The experiments with their tags.</summary>
    public static Task<ExperimentInfo[]> FillAsync(ITables tables, IEnumerable<ExperimentInfo> experiments, CancellationToken cancellationToken) =>
        FillAsync(tables, [.. experiments], new PageMeter(long.MaxValue), cancellationToken);

    /// <summary>The experiments with their tags; the meter counts both.</summary>
    /// <exception cref="PageFullException">They are too much for one page.</exception>
    public static async Task<ExperimentInfo[]> FillAsync(ITables tables, ExperimentInfo[] experiments, PageMeter meter, CancellationToken cancellationToken)
    {
        meter.Add(experiments.Sum(PageBytes.Of));
        var tags = experiments.ToDictionary(experiment => experiment.ExperimentId, _ => new Dictionary<string, string>());
        foreach (var ids in IdList.Of([.. tags.Keys.Cast<object>()]))
        {
            var rows = await tables.QueryAsync(
                $"SELECT experiment_id, key, value FROM experiment_tags WHERE experiment_id IN ({ids.Placeholders})",
                row =>
                {
                    var tag = (Id: row.GetInt64(0), Key: row.GetString(1), Value: row.GetString(2));
                    meter.Add(PageBytes.Of(tag.Key, tag.Value));
                    return tag;
                },
                cancellationToken,
                ids.Values);
            foreach (var tag in rows)
            {
                tags[tag.Id][tag.Key] = tag.Value;
            }
        }

        return Array.ConvertAll(experiments, experiment => experiment with { Tags = tags[experiment.ExperimentId] });
    }
}
