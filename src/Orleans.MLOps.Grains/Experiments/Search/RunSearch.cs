using Orleans.MLOps.Experiments;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Finds and counts runs.</summary>
internal sealed class RunSearch(ITables tables, RunPlanner planner)
{
    private const int LargestPage = 50_000;
    private const long MostCharacters = 16 * 1024 * 1024;

    public async Task<RunPage> SearchAsync(RunQuery query, CancellationToken cancellationToken)
    {
        SearchPage<RunInfo>.CheckLimit(query.Limit, LargestPage);
        Check(query);
        var conditions = FilterParser.ParseFilter(FilterDialects.Runs, query.Filter);
        var orders = FilterParser.ParseOrders(FilterDialects.Runs, query.OrderBy);
        var search = query with { Limit = 0, PageToken = null };
        var after = PageTokens.Read(query.PageToken, search, SearchOrder.Of(new SqlText(tables.Engine), SearchSchemas.Runs, orders));
        var driver = await planner.ChooseAsync(query, conditions, orders, after, cancellationToken);
        var statement = new RunStatement(tables.Engine, query, conditions, orders, driver);
        var sql = statement.Page(after, query.Limit + 1);
        var rows = await tables.QueryAsync(
            sql,
            row => (RunRows.Read(row), statement.Order.Read(row, row.FieldCount - (2 * statement.Order.Columns.Length))),
            cancellationToken,
            statement.Parameters);
        var page = SearchPage<RunInfo>.Of(rows, query.Limit, search);
        if (query.InfoOnly)
        {
            return new RunPage { Runs = [.. page.Rows], NextPageToken = page.NextPageToken };
        }

        // A page of few but long texts ends before its limit, so that its size is bounded too.
        var runs = await RunRows.FillAsync(tables, page.Rows, cancellationToken, MostCharacters);
        return new RunPage
        {
            Runs = runs,
            NextPageToken = runs.Length < page.Rows.Count ? PageTokens.Write(search, rows[runs.Length - 1].Item2) : page.NextPageToken,
        };
    }

    /// <summary>How many runs a search finds on all its pages.</summary>
    public async Task<long> CountAsync(RunQuery query, CancellationToken cancellationToken)
    {
        Check(query);
        var conditions = FilterParser.ParseFilter(FilterDialects.Runs, query.Filter);
        var driver = await planner.ChooseAsync(conditions, query.ExperimentIds, null, int.MaxValue, cancellationToken);
        var statement = new RunStatement(tables.Engine, query, conditions, [], driver);
        var rows = await tables.QueryAsync(statement.Count(), row => row.GetInt64(0), cancellationToken, statement.Parameters);
        return rows[0];
    }

    private static void Check(RunQuery query)
    {
        LifecycleSql.Check(query.View);
        ExperimentList.Check(query.ExperimentIds);
    }
}
