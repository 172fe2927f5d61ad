using Orleans.MLOps.Experiments;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Finds experiments.</summary>
internal sealed class ExperimentSearch(ITables tables)
{
    private const int LargestPage = 50_000;

    public async Task<ExperimentPage> SearchAsync(ExperimentQuery query, CancellationToken cancellationToken)
    {
        SearchPage<ExperimentInfo>.CheckLimit(query.Limit, LargestPage);
        ExperimentLimits.CheckName(query.Project, "project");
        LifecycleSql.Check(query.View);
        var page = await new TableSearch<ExperimentQuery, ExperimentInfo>
        {
            Schema = SearchSchemas.Experiments,
            Columns = ExperimentRows.Columns,
            Read = ExperimentRows.Read,
            Search = query with { Limit = 0, PageToken = null },
            Limit = query.Limit,
            PageToken = query.PageToken,
            Conditions = FilterParser.ParseFilter(FilterDialects.Experiments, query.Filter),
            Orders = FilterParser.ParseOrders(FilterDialects.Experiments, query.OrderBy),
            Where = sql => [$"e.project = {sql.Bind(query.Project)}", .. LifecycleSql.Of(query.View, "e.lifecycle")],
        }.RunAsync(tables, cancellationToken);
        await ExperimentRows.FillAsync(tables, page.Rows, cancellationToken);
        return new ExperimentPage { Experiments = [.. page.Rows], NextPageToken = page.NextPageToken };
    }
}
