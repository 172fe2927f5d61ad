using Orleans.MLOps.Experiments;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Finds which datasets active runs of active experiments used.</summary>
internal sealed class DatasetSearch(ITables tables)
{
    private const int LargestList = 1000;

    public async Task<UsedDataset[]> SearchAsync(UsedDatasetsQuery query, CancellationToken cancellationToken)
    {
        SearchPage<UsedDataset>.CheckLimit(query.Limit, LargestList);
        ExperimentList.Check(query.ExperimentIds);
        var sql = new SqlText(tables.Engine);
        string[] where =
        [
            .. LifecycleSql.Of(LifecycleView.ActiveOnly, "r.lifecycle", "e.lifecycle"),
            .. ExperimentList.Of(sql, "r.experiment_id", query.ExperimentIds),
        ];
        var rows = await tables.QueryAsync(
            $"""
            SELECT DISTINCT r.experiment_id, d.name, d.digest, d.context
            FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id JOIN run_datasets d ON d.run_id = r.run_id
            WHERE {string.Join(" AND ", where)}
            ORDER BY r.experiment_id, d.name, d.digest, d.context LIMIT {sql.Bind(query.Limit)}
            """,
            row => new UsedDataset
            {
                ExperimentId = row.GetInt64(0),
                Name = row.GetString(1),
                Digest = row.GetString(2),
                Context = row.GetString(3) is { Length: > 0 } context ? context : null,
            },
            cancellationToken,
            sql.Parameters);
        return [.. rows];
    }
}
