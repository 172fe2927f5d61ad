using Orleans.MLOps.Experiments;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Finds and counts runs.</summary>
internal sealed class RunSearch(ITables tables, RunPlanner planner)
{
    private const int LargestPage = 50_000;

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
        var page = await SearchPage<RunInfo>.ReadAsync(
            tables,
            new()
            {
                Sql = sql,
                Parameters = statement.Parameters,
                Read = RunRows.Read,
                Bytes = PageBytes.Of,
                Order = statement.Order,
                Limit = query.Limit,
                Token = place => PageTokens.Write(search, place),
            },
            cancellationToken);
        if (query.InfoOnly)
        {
            return new RunPage { Runs = [.. page.Rows], NextPageToken = page.NextPageToken };
        }

        var runs = await RunRows.FillAsync(tables, page.Rows, cancellationToken);
        return new RunPage { Runs = runs, NextPageToken = page.TokenAfter(runs.Length) };
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
