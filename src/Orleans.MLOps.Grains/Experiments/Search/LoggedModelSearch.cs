using System.Collections.Immutable;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Finds logged models that are not deleted, in experiments that are not deleted.</summary>
internal sealed class LoggedModelSearch(ITables tables)
{
    private const int LargestPage = 1000;
    private const int MostDatasets = 100;

    public async Task<LoggedModelPage> SearchAsync(LoggedModelQuery query, CancellationToken cancellationToken)
    {
        SearchPage<LoggedModelInfo>.CheckLimit(query.Limit, LargestPage);
        if (query.ExperimentIds.Length > ExperimentList.Most || query.Datasets.Length > MostDatasets)
        {
            throw new InvalidInputException(
                $"{query.ExperimentIds.Length} experiments and {query.Datasets.Length} datasets were given: at most {ExperimentList.Most} and {MostDatasets} are allowed.", "experiment_ids");
        }

        foreach (var (name, digest) in query.Datasets.Select(dataset => (dataset.Name, dataset.Digest)).Concat(query.OrderBy.Select(order => (order.DatasetName ?? "-", order.DatasetDigest))))
        {
            // No dataset has such a name, and not every engine takes every text.
            ExperimentLimits.CheckName(name, "dataset name", ExperimentLimits.NameLength);
            ExperimentLimits.CheckName(digest ?? "-", "dataset digest");
        }

        var conditions = FilterParser.ParseFilter(FilterDialects.LoggedModels, query.Filter);
        var page = await new TableSearch<LoggedModelQuery, LoggedModelInfo>
        {
            Schema = SearchSchemas.LoggedModels,
            Columns = LoggedModelRows.Columns,
            Read = LoggedModelRows.Read,
            Bytes = PageBytes.Of,
            Search = query with { Limit = 0, PageToken = null },
            Limit = query.Limit,
            PageToken = query.PageToken,
            Conditions = conditions,
            Orders = Orders(query.OrderBy),
            Where = sql =>
            [
                .. LifecycleSql.Of(LifecycleView.ActiveOnly, "m.lifecycle", "e.lifecycle"),
                .. ExperimentList.Of(sql, "m.experiment_id", query.ExperimentIds),
                .. query.Datasets.Length == 0 || conditions.Any(condition => condition.Field.Area == FilterArea.Metric)
                    ? []
                    : new[] { $"EXISTS (SELECT 1 FROM logged_model_metrics c WHERE c.model_id = m.model_id AND {OnAny(sql, query.Datasets)})" },
            ],
            OnlyMetrics = sql => query.Datasets.Length == 0 ? null : OnAny(sql, query.Datasets),
            OrderingMetric = (sql, alias, i) => Newest(sql, alias, query.OrderBy[i]),
        }.RunAsync(tables, cancellationToken);
        var models = await LoggedModelRows.FillAsync(tables, page.Rows, cancellationToken);
        return new LoggedModelPage { Models = models, NextPageToken = page.TokenAfter(models.Length) };
    }

    private static ImmutableArray<FilterOrder> Orders(LoggedModelOrder[] orders)
    {
        if (orders.Length > FilterParser.MostOrders || orders.Distinct().Count() < orders.Length)
        {
            throw new InvalidInputException($"order_by has {orders.Length} keys: at most {FilterParser.MostOrders} different ones are allowed.", "order_by");
        }

        return
        [
            .. orders.Select((order, i) => new FilterOrder(
                FilterParser.ParseOrderName(FilterDialects.LoggedModels, order.Field, $"order_by[{i}].field"), order.Descending)),
        ];
    }

    // A model has a row of a metric for each run and dataset; the newest one orders.
    private static string Newest(SqlText sql, string alias, LoggedModelOrder order)
    {
        var on = order.DatasetName is null ? "" : $"AND {On(sql, "n", order.DatasetName, order.DatasetDigest)}";
        return
            $"""
            ({alias}.run_id, {alias}.dataset_name, {alias}.dataset_digest) = (
              SELECT n.run_id, n.dataset_name, n.dataset_digest FROM logged_model_metrics n WHERE n.model_id = m.model_id AND n.key = {alias}.key {on}
              ORDER BY n.timestamp_us DESC, n.step DESC, n.run_id, n.dataset_name, n.dataset_digest LIMIT 1)
            """;
    }

    private static string OnAny(SqlText sql, DatasetReference[] datasets) =>
        $"({string.Join(" OR ", datasets.Select(dataset => On(sql, "c", dataset.Name, dataset.Digest)))})";

    private static string On(SqlText sql, string alias, string name, string? digest) => digest is null
        ? $"{alias}.dataset_name = {sql.Bind(name)}"
        : $"({alias}.dataset_name = {sql.Bind(name)} AND {alias}.dataset_digest = {sql.Bind(digest)})";
}
