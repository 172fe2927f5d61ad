using Orleans.MLOps.Experiments;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Finds experiments.</summary>
internal sealed class ExperimentSearch(ITables tables)
{
    private const int LargestPage = 50_000;
    private const int ExperimentsAPiece = 1024;

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
            Bytes = PageBytes.Of,
            Search = query with { Limit = 0, PageToken = null },
            Limit = query.Limit,
            PageToken = query.PageToken,
            Conditions = FilterParser.ParseFilter(FilterDialects.Experiments, query.Filter),
            Orders = FilterParser.ParseOrders(FilterDialects.Experiments, query.OrderBy),
            Where = sql => [$"e.project = {sql.Bind(query.Project)}", .. LifecycleSql.Of(query.View, "e.lifecycle")],
        }.RunAsync(tables, cancellationToken);
        var experiments = await PagePieces.FillAsync(page.Rows, ExperimentsAPiece, (piece, meter) => ExperimentRows.FillAsync(tables, piece, meter, cancellationToken));
        return new ExperimentPage { Experiments = experiments, NextPageToken = page.TokenAfter(experiments.Length) };
    }
}
