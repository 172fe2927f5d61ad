using Orleans.MLOps.Experiments;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Finds runs that are not deleted, in experiments that are not deleted.</summary>
internal sealed class RunSearch(ITables tables)
{
    private const int LargestPage = 1000;

    public async Task<RunPage> SearchAsync(RunQuery query, CancellationToken cancellationToken)
    {
        Check(query);
        var plan = RunSearchPlan.Compile(query, RunPageToken.Read(query));
        var rows = await tables.QueryAsync(
            plan.Sql,
            row => (Run: RunRows.Read(row), Token: new RunPageToken(row.GetInt32(12), row.GetDouble(13), row.GetInt64(9), row.GetString(0))),
            cancellationToken,
            plan.Parameters);
        var page = rows.Take(query.Limit).ToArray();
        var runs = Array.ConvertAll(page, row => row.Run);
        await RunRows.FillAsync(tables, runs, cancellationToken);
        return new RunPage
        {
            Runs = runs,
            NextPageToken = rows.Count > query.Limit ? RunPageToken.Write(query, page[^1].Token) : null,
        };
    }

    private static void Check(RunQuery query)
    {
        if (query.Limit is < 1 or > LargestPage)
        {
            throw new InvalidInputException($"limit {query.Limit} is not allowed: 1 to {LargestPage}.", "limit");
        }

        if (query.ExperimentIds.Length > LargestPage || query.Conditions.Length > 100)
        {
            throw new InvalidInputException(
                $"{query.ExperimentIds.Length} experiments and {query.Conditions.Length} conditions were given: at most {LargestPage} and 100 are allowed.", "conditions");
        }

        if (query.OrderByMetric is not null)
        {
            ExperimentLimits.CheckName(query.OrderByMetric, "order_by_metric");
        }
    }
}
