using Orleans.MLOps.Experiments;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>What a write to a run states about run and experiment in its own transaction, and why it was refused.</summary>
internal static class RunConditions
{
    /// <summary>The name of the requirement that run and experiment are not deleted.</summary>
    public const string Active = "active";

    public static TableWrite RequireActive(this TableWrite write, string runId) => write.Require(
        Active, RowCount.One,
        """
        SELECT 1 FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id
        WHERE r.run_id = $1 AND r.lifecycle = $2 AND e.lifecycle = $2
        """,
        runId, nameof(Lifecycle.Active));

    /// <summary>Why a run accepts no writes now.</summary>
    public static async Task<MLOpsException> RefusalAsync(ITables tables, string runId, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            "SELECT e.experiment_id, e.lifecycle FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id WHERE r.run_id = $1",
            row => (Experiment: row.GetInt64(0), Lifecycle: row.GetString(1)),
            cancellationToken,
            runId);
        if (rows.Count == 0)
        {
            return Missing(runId);
        }

        // MLflow's clients look for these words; there, too, a run is deleted when its experiment is.
        var experiment = rows[0].Lifecycle == nameof(Lifecycle.Active) ? "" : $" Its experiment {rows[0].Experiment} is deleted.";
        return new FailedPreconditionException($"The run {runId} must be in the 'active' state. Current state is deleted.{experiment}", "run_id");
    }

    public static NotFoundException Missing(string runId) => new($"Run '{runId}' does not exist.", "run_id");
}
