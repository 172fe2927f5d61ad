using Orleans.MLOps.Experiments;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Starts, changes, ends and reads single runs. Every write states in its own transaction that run and experiment accept it.</summary>
internal sealed class RunTables(ITables tables, PlatformClock clock)
{
    private const string New = "new";
    private const string Open = "open";
    private const string TagPrefix = "tag:";

    /// <summary>Starts the run, or finds it when the same command started it before.</summary>
    public async Task<RunInfo> StartAsync(string runId, StartRun command, CancellationToken cancellationToken)
    {
        ExperimentLimits.Check(command);
        if (await FindAsync(runId, cancellationToken) is { } known)
        {
            return Same(known, command);
        }

        var now = clock.WallNow;
        var write = new TableWrite()
            .Require(
                RunConditions.Active, RowCount.One, "SELECT 1 FROM experiments WHERE experiment_id = $1 AND lifecycle = $2",
                command.ExperimentId, nameof(Lifecycle.Active))
            .Require(
                New, RowCount.One,
                """
                INSERT INTO runs (run_id, experiment_id, name, status, lifecycle, user_name, host, git_commit, seed, started_us, json, lapses_us, promised_us)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (run_id) DO NOTHING
                """,
                runId, command.ExperimentId, command.Name ?? "", nameof(RunStatus.Running), nameof(Lifecycle.Active), command.User,
                command.Host, command.GitCommit, command.Seed, command.StartedAt ?? now, CatalogJson.Write(command.Packages),
                command.HeartbeatWithin is { } within ? now + within : null, command.HeartbeatWithin is { } promise ? TableValue.ToMicroseconds(promise) : null);
        LogStatements.AddTags(write, runId, command.Tags);
        if (command.Name is { } name)
        {
            LogStatements.SetName(write, runId, name);
        }

        if (command.ParentRunId is { } parent)
        {
            LogStatements.AddTags(write, runId, new() { ["mlflow.parentRunId"] = parent });
        }

        var result = await tables.WriteAsync(write, cancellationToken);
        if (result.FailedRequirement == RunConditions.Active)
        {
            throw await ExperimentRefusesAsync(command.ExperimentId, cancellationToken);
        }

        return Same(await GetAsync(runId, cancellationToken), command);
    }

    public async Task<RunInfo> UpdateAsync(string runId, UpdateRun command, CancellationToken cancellationToken)
    {
        ExperimentLimits.Check(command);
        var write = new TableWrite().RequireActive(runId);
        if (command.Name is { } name)
        {
            LogStatements.SetName(write, runId, name);
        }

        foreach (var key in command.DeleteTags)
        {
            write.Require(TagPrefix + key, RowCount.One, "DELETE FROM tags WHERE run_id = $1 AND key = $2", runId, key);
        }

        if (command.Status is { } status)
        {
            var ended = status is RunStatus.Running or RunStatus.Scheduled ? (DateTimeOffset?)null : command.EndedAt ?? clock.WallNow;
            write.RemoveReason(runId).Add(
                """
                UPDATE runs SET status = $2, ended_us = CAST($3 AS bigint),
                  lapses_us = CASE WHEN CAST($3 AS bigint) IS NULL THEN lapses_us ELSE NULL END,
                  promised_us = CASE WHEN CAST($3 AS bigint) IS NULL THEN promised_us ELSE NULL END
                WHERE run_id = $1
                """,
                runId, status.ToString(), ended);
        }
        else if (command.EndedAt is { } ended)
        {
            write.Add("UPDATE runs SET ended_us = $2 WHERE run_id = $1", runId, ended);
        }

        var result = await tables.WriteAsync(write, cancellationToken);
        return result.FailedRequirement switch
        {
            null => await GetAsync(runId, cancellationToken),
            RunConditions.Active => throw await RunConditions.RefusalAsync(tables, runId, cancellationToken),
            var tag => throw new NotFoundException($"Run '{runId}' has no tag '{tag[TagPrefix.Length..]}'.", "delete_tags"),
        };
    }

    public async Task EndAsync(string runId, RunStatus status, CancellationToken cancellationToken)
    {
        if (!Enum.IsDefined(status) || status is RunStatus.Running or RunStatus.Scheduled)
        {
            throw new InvalidInputException($"status {status} does not end a run: Finished, Failed and Killed do.", "status");
        }

        var result = await tables.WriteAsync(
            new TableWrite().RequireActive(runId).RemoveReason(runId).Require(
                Open, RowCount.One,
                $"""
                UPDATE runs SET status = $2, ended_us = $3, lapses_us = NULL, promised_us = NULL
                WHERE run_id = $1 AND (status IN ($4, $5) OR {LapsedRuns.Condition})
                """,
                runId, status.ToString(), clock.WallNow, nameof(RunStatus.Running), nameof(RunStatus.Scheduled)),
            cancellationToken);
        if (result.Applied)
        {
            return;
        }

        var run = await GetAsync(runId, cancellationToken);
        if (run.Status != status)
        {
            throw result.FailedRequirement == Open
                ? new FailedPreconditionException($"Run '{runId}' has ended as {run.Status} and cannot end as {status}.", "status")
                : await RunConditions.RefusalAsync(tables, runId, cancellationToken);
        }
    }

    public async Task HeartbeatAsync(string runId, TimeSpan within, CancellationToken cancellationToken)
    {
        ExperimentLimits.CheckHeartbeat(within);
        var result = await tables.WriteAsync(
            new TableWrite().RequireActive(runId).RemoveReason(runId).Require(
                Open, RowCount.One,
                $"""
                UPDATE runs SET status = $4, lapses_us = $2, promised_us = $3, ended_us = CASE WHEN status = $4 THEN ended_us ELSE NULL END
                WHERE run_id = $1 AND ((status = $4 AND (lapses_us IS NOT NULL OR promised_us IS NOT NULL)) OR {LapsedRuns.Condition})
                """,
                runId, clock.WallNow + within, TableValue.ToMicroseconds(within), nameof(RunStatus.Running)),
            cancellationToken);
        if (result.FailedRequirement == RunConditions.Active)
        {
            throw await RunConditions.RefusalAsync(tables, runId, cancellationToken);
        }

        if (!result.Applied)
        {
            var run = await GetAsync(runId, cancellationToken);
            throw new FailedPreconditionException(
                run.Status == RunStatus.Running
                    ? $"Run '{runId}' promised no heartbeats when it started, so none are counted."
                    : $"Run '{runId}' has ended as {run.Status}; a heartbeat cannot bring it back.",
                "run_id");
        }
    }

    public async Task SetLifecycleAsync(string runId, Lifecycle lifecycle, CancellationToken cancellationToken)
    {
        ExperimentLimits.CheckLifecycle(lifecycle);
        var result = await tables.WriteAsync(
            new TableWrite().Require("exists", RowCount.One, "UPDATE runs SET lifecycle = $2 WHERE run_id = $1", runId, lifecycle.ToString()),
            cancellationToken);
        if (!result.Applied)
        {
            throw RunConditions.Missing(runId);
        }
    }

    /// <exception cref="NotFoundException">There is no such run.</exception>
    public async Task<RunInfo> GetAsync(string runId, CancellationToken cancellationToken) =>
        await FindAsync(runId, cancellationToken) ?? throw RunConditions.Missing(runId);

    public async Task<RunInfo?> FindAsync(string runId, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            $"SELECT {RunRows.Columns} FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id WHERE r.run_id = $1",
            RunRows.Read,
            cancellationToken,
            runId);
        return (await RunRows.FillAsync(tables, rows, cancellationToken)).FirstOrDefault();
    }

    private static RunInfo Same(RunInfo run, StartRun command)
    {
        var same = run.ExperimentId == command.ExperimentId && run.User == command.User
            && run.Host == command.Host && run.GitCommit == command.GitCommit && run.Seed == command.Seed
            && run.Packages.Count == command.Packages.Count
            && command.Packages.All(package => run.Packages.TryGetValue(package.Key, out var version) && version == package.Value);
        return same
            ? run
            : throw new AlreadyExistsException($"Run '{run.RunId}' was started before in experiment {run.ExperimentId} with other facts; choose another run id.", "run_id");
    }

    private async Task<MLOpsException> ExperimentRefusesAsync(long experimentId, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            "SELECT lifecycle FROM experiments WHERE experiment_id = $1", row => row.GetString(0), cancellationToken, experimentId);
        return rows.Count == 0
            ? ExperimentTables.Missing(experimentId)
            : new FailedPreconditionException($"Experiment {experimentId} is deleted and accepts no runs; restore it first.", "experiment_id");
    }
}
