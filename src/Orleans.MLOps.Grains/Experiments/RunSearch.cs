using Orleans.MLOps.Experiments;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Finds experiments, runs and logged models.</summary>
internal sealed class RunSearch(ITables tables)
{
    public async Task<RunPage> SearchAsync(RunQuery query, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            $"""
            SELECT {RunRows.Columns} FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id
            WHERE r.lifecycle = 'Active' ORDER BY r.started_us DESC, r.run_id LIMIT $1
            """,
            RunRows.Read,
            cancellationToken,
            query.Limit);
        return new RunPage { Runs = await RunRows.FillAsync(tables, rows, cancellationToken) };
    }

    public static Task<long> CountAsync(RunQuery query, CancellationToken cancellationToken) => throw new InvalidInputException("filter is not known.", "filter");

    public static Task<ExperimentPage> SearchExperimentsAsync(ExperimentQuery query, CancellationToken cancellationToken) => throw new InvalidInputException("filter is not known.", "filter");

    public static Task<LoggedModelPage> SearchLoggedModelsAsync(LoggedModelQuery query, CancellationToken cancellationToken) => throw new InvalidInputException("filter is not known.", "filter");
}
