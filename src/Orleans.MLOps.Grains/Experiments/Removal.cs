using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Removes deleted runs and experiments for good, in pieces that do not hold up the writers beside them.</summary>
internal sealed class Removal(ITables tables, PlatformClock clock)
{
    private const string Deleted = "deleted";
    private const int PointsPerWrite = 20_000;

    private const string OfRun = "series IN (SELECT series FROM metric_series WHERE run_id = $1)";

    private static readonly string[] RunTables = ["metric_series", "latest_metrics", "params", "tags", "run_datasets", "run_models", "logged_model_metrics"];
    private static readonly string[] ModelTables = ["logged_model_params", "logged_model_tags", "logged_model_metrics"];

    public async Task PurgeRunAsync(string runId, CancellationToken cancellationToken)
    {
        const string Condition =
            """
            SELECT 1 FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id
            WHERE r.run_id = $1 AND (r.lifecycle = $2 OR e.lifecycle = $2)
            """;
        object?[] which = [runId, nameof(Lifecycle.Deleted)];
        await PurgePointsAsync(runId, Condition, which, cancellationToken);
        var write = new TableWrite().Require(Deleted, RowCount.One, Condition, which).Add($"DELETE FROM metric_points WHERE {OfRun}", runId);
        ArtifactTables.Release(write, "owner = $1", [runId], clock.WallNow).Add("DELETE FROM artifact_files WHERE owner = $1", runId);
        foreach (var table in RunTables)
        {
            write.Add($"DELETE FROM {table} WHERE run_id = $1", runId);
        }

        var result = await tables.WriteAsync(write.Add("DELETE FROM runs WHERE run_id = $1", runId), cancellationToken);
        if (!result.Applied && await ExistsAsync("runs WHERE run_id", runId, cancellationToken))
        {
            throw new FailedPreconditionException($"Run '{runId}' is active; delete it before it is removed for good.", "run_id");
        }
    }

    public async Task PurgeExperimentAsync(long experimentId, CancellationToken cancellationToken)
    {
        if (experimentId == ExperimentTables.Default)
        {
            throw new FailedPreconditionException(
                $"Experiment {experimentId} is the one of clients that name none, so it cannot be removed for good; delete it, or remove its runs.", "experiment_id");
        }

        const string Condition = "SELECT 1 FROM experiments WHERE experiment_id = $1 AND lifecycle = $2";
        object?[] which = [experimentId, nameof(Lifecycle.Deleted)];
        if ((await tables.QueryAsync(Condition, _ => true, cancellationToken, which)).Count == 0)
        {
            if (await ExistsAsync("experiments WHERE experiment_id", experimentId, cancellationToken))
            {
                throw new FailedPreconditionException($"Experiment {experimentId} is active; delete it before it is removed for good.", "experiment_id");
            }

            return;
        }

        var runs = await tables.QueryAsync("SELECT run_id FROM runs WHERE experiment_id = $1", row => row.GetString(0), cancellationToken, experimentId);
        foreach (var run in runs)
        {
            await PurgeRunAsync(run, cancellationToken);
        }

        var write = new TableWrite().Require(Deleted, RowCount.One, Condition, which);
        const string Models = "IN (SELECT model_id FROM logged_models WHERE experiment_id = $1)";
        ArtifactTables.Release(write, $"owner {Models}", [experimentId], clock.WallNow).Add($"DELETE FROM artifact_files WHERE owner {Models}", experimentId);
        foreach (var table in ModelTables)
        {
            write.Add($"DELETE FROM {table} WHERE model_id {Models}", experimentId);
        }

        var result = await tables.WriteAsync(
            write
                .Add("DELETE FROM logged_models WHERE experiment_id = $1", experimentId)
                .Add("DELETE FROM experiment_tags WHERE experiment_id = $1", experimentId)
                .Add("DELETE FROM experiments WHERE experiment_id = $1", experimentId),
            cancellationToken);
        if (!result.Applied && await ExistsAsync("experiments WHERE experiment_id", experimentId, cancellationToken))
        {
            throw new FailedPreconditionException($"Experiment {experimentId} was restored meanwhile; what was removed until then stays removed.", "experiment_id");
        }
    }

    private async Task PurgePointsAsync(string runId, string condition, object?[] which, CancellationToken cancellationToken)
    {
        TableWriteResult result;
        do
        {
            result = await tables.WriteAsync(
                new TableWrite().Require(Deleted, RowCount.One, condition, which).Add(
                    $"DELETE FROM metric_points WHERE sequence IN (SELECT sequence FROM metric_points WHERE {OfRun} LIMIT $2)", runId, PointsPerWrite),
                cancellationToken);
        }
        while (result.Applied && result.AffectedRows[1] == PointsPerWrite);
    }

    private async Task<bool> ExistsAsync(string entity, object id, CancellationToken cancellationToken) =>
        (await tables.QueryAsync($"SELECT 1 FROM {entity} = $1", _ => true, cancellationToken, id)).Count > 0;
}
