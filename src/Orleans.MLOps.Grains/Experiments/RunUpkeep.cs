using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Fails runs whose heartbeats ceased, and forgets old operations. One a silo; the rounds of each follow each other.</summary>
internal sealed class RunUpkeep(ITables tables, PlatformClock clock)
{
    private const int OperationsAtOnce = 5000;

    private static readonly TimeSpan OperationAge = TimeSpan.FromDays(1);
    private static readonly long FormerPromise = TableValue.ToMicroseconds(TimeSpan.FromMinutes(1));

    private bool _wasAway = true;

    /// <summary>
    /// Marks runs failed that missed the heartbeat they promised; returns how many. The first round, and the first after one that threw,
    /// gives such runs their promise once more instead: while the platform was away no heartbeat could arrive.
    /// </summary>
    public async Task<int> FailLapsedAsync(CancellationToken cancellationToken)
    {
        var wasAway = _wasAway;
        _wasAway = true;
        var failed = wasAway ? await ProlongAsync(cancellationToken) : await FailAsync(cancellationToken);
        _wasAway = false;
        return failed;
    }

    /// <summary>Forgets all that are too old, in portions between which other writes have their turn; returns how many.</summary>
    public async Task<int> ForgetOperationsAsync(CancellationToken cancellationToken)
    {
        var before = clock.WallNow - OperationAge;
        var forgotten = 0;
        int portion;
        do
        {
            var result = await tables.WriteAsync(
                new TableWrite().Add(
                    "DELETE FROM operations WHERE op_id IN (SELECT op_id FROM operations WHERE created_us < $1 AND kind = $2 LIMIT $3)",
                    before, RunLogging.OperationKind, OperationsAtOnce),
                cancellationToken);
            portion = result.AffectedRows[0];
            forgotten += portion;
        }
        while (portion == OperationsAtOnce);
        return forgotten;
    }

    private async Task<int> ProlongAsync(CancellationToken cancellationToken)
    {
        await tables.WriteAsync(
            new TableWrite().Add(
                "UPDATE runs SET lapses_us = $1 + COALESCE(promised_us, $2) WHERE lapses_us IS NOT NULL AND lapses_us < $1",
                clock.WallNow, FormerPromise),
            cancellationToken);
        return 0;
    }

    private async Task<int> FailAsync(CancellationToken cancellationToken)
    {
        var now = clock.WallNow;
        var lapsed = await tables.QueryAsync(
            "SELECT run_id, lapses_us FROM runs WHERE lapses_us IS NOT NULL AND lapses_us < $1 LIMIT 1000",
            row => (Run: row.GetString(0), Due: row.GetTime(1)),
            cancellationToken,
            now);
        var failed = 0;
        foreach (var (run, due) in lapsed)
        {
            // The time is stated again: a heartbeat that came meanwhile saves the run.
            var write = new TableWrite().Require(
                "lapsed", RowCount.One,
                """
                UPDATE runs SET status = $2, ended_us = $3, lapses_us = NULL, promised_us = COALESCE(promised_us, $4)
                WHERE run_id = $1 AND lapses_us < $3
                """,
                run, nameof(RunStatus.Failed), now, FormerPromise);
            LogStatements.AddTags(write, run, new() { [LapsedRuns.ReasonTag] = $"No heartbeat came until {due:O}; the process that ran it has probably died." });
            failed += (await tables.WriteAsync(write, cancellationToken)).Applied ? 1 : 0;
        }

        return failed;
    }
}
