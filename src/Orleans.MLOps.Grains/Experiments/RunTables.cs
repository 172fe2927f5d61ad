using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>
/// Writes and reads single runs. Every write states in the same transaction that run and experiment accept writes and that no
/// param changes, so no cached state can be wrong.
/// </summary>
internal sealed class RunTables(ITables tables, PlatformClock clock)
{
    private const string Active = "active";
    private const string New = "new";
    private const string ParamPrefix = "param:";

    /// <summary>Starts the run, or finds it when the same command started it before.</summary>
    public async Task<RunInfo> StartAsync(string runId, StartRun command, CancellationToken cancellationToken)
    {
        ExperimentLimits.Check(command);
        if (await FindAsync(runId, cancellationToken) is { } known)
        {
            return Same(known, command);
        }

        var write = new TableWrite()
            .Require(
                Active, RowCount.One, "SELECT 1 FROM experiments WHERE experiment_id = $1 AND lifecycle = $2",
                command.ExperimentId, nameof(Lifecycle.Active))
            .Require(
                New, RowCount.One,
                """
                INSERT INTO runs (run_id, experiment_id, name, status, lifecycle, user_name, host, git_commit, seed, started_us, json)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (run_id) DO NOTHING
                """,
                runId, command.ExperimentId, command.Name ?? "", nameof(RunStatus.Running), nameof(Lifecycle.Active), command.User,
                command.Host, command.GitCommit, command.Seed, clock.WallNow, CatalogJson.Write(command.Packages));
        LogStatements.AddTags(write, runId, command.Tags);
        var result = await tables.WriteAsync(write, cancellationToken);
        if (result.FailedRequirement == Active)
        {
            throw await ExperimentRefusesAsync(command.ExperimentId, cancellationToken);
        }

        return Same(await GetAsync(runId, cancellationToken), command);
    }

    public async Task LogAsync(string runId, LogBatch batch, CancellationToken cancellationToken)
    {
        ExperimentLimits.Check(batch);
        var write = RequireActive(new TableWrite(), runId);
        foreach (var (key, value) in batch.Params)
        {
            // Zero rows change when the param has another value: that refuses the whole batch.
            write.Require(
                ParamPrefix + key, RowCount.One,
                """
                INSERT INTO params (run_id, key, value) VALUES ($1, $2, $3)
                ON CONFLICT (run_id, key) DO UPDATE SET value = excluded.value WHERE params.value = excluded.value
                """,
                runId, key, value);
        }

        LogStatements.AddTags(write, runId, batch.Tags);
        LogStatements.AddMetrics(write, runId, batch.Metrics, clock.WallNow);
        var result = await tables.WriteAsync(write, cancellationToken);
        if (result.FailedRequirement is { } failed)
        {
            throw failed == Active
                ? await RunRefusesAsync(runId, cancellationToken)
                : await ParamRefusesAsync(runId, failed[ParamPrefix.Length..], batch, cancellationToken);
        }
    }

    public async Task EndAsync(string runId, RunStatus status, CancellationToken cancellationToken)
    {
        if (!Enum.IsDefined(status) || status == RunStatus.Running)
        {
            throw new InvalidInputException($"status {status} does not end a run: Finished, Failed and Killed do.", "status");
        }

        var result = await tables.WriteAsync(
            RequireActive(new TableWrite(), runId).Add(
                "UPDATE runs SET status = $2, ended_us = $3 WHERE run_id = $1", runId, status.ToString(), clock.WallNow),
            cancellationToken);
        if (!result.Applied && (await GetAsync(runId, cancellationToken)).Status != status)
        {
            throw await RunRefusesAsync(runId, cancellationToken);
        }
    }

    /// <summary>Refuses what a write to the run would refuse now; for callers that prepare bytes before the write that decides.</summary>
    public async Task EnsureActiveAsync(string runId, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(ActiveSql, _ => true, cancellationToken, ActiveParameters(runId));
        if (rows.Count == 0)
        {
            throw await RunRefusesAsync(runId, cancellationToken);
        }
    }

    public async Task<ArtifactInfo> AddArtifactAsync(string runId, string path, BlobRef blob, CancellationToken cancellationToken)
    {
        var result = await tables.WriteAsync(
            RequireActive(new TableWrite(), runId).Add(
                """
                INSERT INTO artifacts (run_id, path, digest, length, created_us) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (run_id, path) DO UPDATE SET digest = excluded.digest, length = excluded.length, created_us = excluded.created_us
                WHERE artifacts.digest <> excluded.digest
                """,
                runId, path, blob.Digest, blob.Length, clock.WallNow),
            cancellationToken);
        if (!result.Applied)
        {
            throw await RunRefusesAsync(runId, cancellationToken);
        }

        var artifacts = await ReadArtifactsAsync(runId, cancellationToken);
        return artifacts.First(artifact => artifact.Path == path);
    }

    public async Task<ArtifactInfo[]> ListArtifactsAsync(string runId, CancellationToken cancellationToken)
    {
        await RequireKnownAsync(runId, cancellationToken);
        return [.. await ReadArtifactsAsync(runId, cancellationToken)];
    }

    public async Task<MetricHistory> GetHistoryAsync(string runId, MetricHistoryQuery query, CancellationToken cancellationToken)
    {
        await RequireKnownAsync(runId, cancellationToken);
        var rows = await tables.QueryAsync(
            """
            SELECT sequence, step, timestamp_us, value FROM metrics
            WHERE run_id = $1 AND key = $2 AND sequence > $3 ORDER BY sequence LIMIT $4
            """,
            row => (Sequence: row.GetInt64(0), Point: new MetricPoint
            {
                Key = query.Key,
                Step = row.GetInt64(1),
                Timestamp = row.GetTime(2),
                Value = row.IsDBNull(3) ? double.NaN : row.GetDouble(3),
            }),
            cancellationToken,
            runId, query.Key, query.AfterSequence, query.Limit);
        return new MetricHistory
        {
            Points = [.. rows.Select(row => row.Point)],
            LastSequence = rows.Count == 0 ? query.AfterSequence : rows[^1].Sequence,
        };
    }

    /// <exception cref="NotFoundException">There is no such run.</exception>
    public async Task<RunInfo> GetAsync(string runId, CancellationToken cancellationToken) =>
        await FindAsync(runId, cancellationToken) ?? throw Missing(runId);

    public async Task<RunInfo?> FindAsync(string runId, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            $"SELECT {RunRows.Columns} FROM runs r WHERE r.run_id = $1", RunRows.Read, cancellationToken, runId);
        await RunRows.FillAsync(tables, rows, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    private const string ActiveSql =
        """
        SELECT 1 FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id
        WHERE r.run_id = $1 AND r.status = $2 AND r.lifecycle = $3 AND e.lifecycle = $3
        """;

    private static object?[] ActiveParameters(string runId) => [runId, nameof(RunStatus.Running), nameof(Lifecycle.Active)];

    private static TableWrite RequireActive(TableWrite write, string runId) =>
        write.Require(Active, RowCount.One, ActiveSql, ActiveParameters(runId));

    private static NotFoundException Missing(string runId) => new($"Run '{runId}' does not exist.", "run_id");

    private static RunInfo Same(RunInfo run, StartRun command)
    {
        var same = run.ExperimentId == command.ExperimentId && run.Name == command.Name && run.User == command.User
            && run.Host == command.Host && run.GitCommit == command.GitCommit && run.Seed == command.Seed
            && run.Packages.Count == command.Packages.Count
            && command.Packages.All(package => run.Packages.TryGetValue(package.Key, out var version) && version == package.Value);
        return same
            ? run
            : throw new AlreadyExistsException($"Run '{run.RunId}' was started before in experiment {run.ExperimentId} with other facts; choose another run id.", "run_id");
    }

    private Task<IReadOnlyList<ArtifactInfo>> ReadArtifactsAsync(string runId, CancellationToken cancellationToken) => tables.QueryAsync(
        "SELECT path, digest, length, created_us FROM artifacts WHERE run_id = $1 ORDER BY path",
        row => new ArtifactInfo { Path = row.GetString(0), Digest = row.GetString(1), Length = row.GetInt64(2), CreatedAt = row.GetTime(3) },
        cancellationToken,
        runId);

    private async Task RequireKnownAsync(string runId, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync("SELECT 1 FROM runs WHERE run_id = $1", _ => true, cancellationToken, runId);
        if (rows.Count == 0)
        {
            throw Missing(runId);
        }
    }

    private async Task<MLOpsException> ExperimentRefusesAsync(long experimentId, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            "SELECT lifecycle FROM experiments WHERE experiment_id = $1", row => row.GetString(0), cancellationToken, experimentId);
        return rows.Count == 0
            ? ExperimentTables.Missing(experimentId)
            : new FailedPreconditionException($"Experiment {experimentId} is deleted and accepts no runs; restore it first.", "experiment_id");
    }

    private async Task<MLOpsException> RunRefusesAsync(string runId, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            """
            SELECT r.status, r.lifecycle, e.experiment_id, e.lifecycle
            FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id WHERE r.run_id = $1
            """,
            row => (Status: row.GetString(0), Lifecycle: row.GetString(1), Experiment: row.GetInt64(2), ExperimentLifecycle: row.GetString(3)),
            cancellationToken,
            runId);
        if (rows.Count == 0)
        {
            return Missing(runId);
        }

        var run = rows[0];
        var reason = run.ExperimentLifecycle != nameof(Lifecycle.Active) ? $"its experiment {run.Experiment} is deleted"
            : run.Lifecycle != nameof(Lifecycle.Active) ? "it is deleted"
            : $"it has ended as {run.Status}";
        return new FailedPreconditionException($"Run '{runId}' accepts no writes: {reason}.", "run_id");
    }

    private async Task<MLOpsException> ParamRefusesAsync(string runId, string key, LogBatch batch, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            "SELECT value FROM params WHERE run_id = $1 AND key = $2", row => row.GetString(0), cancellationToken, runId, key);
        return new FailedPreconditionException(
            $"Param '{key}' of run '{runId}' is '{(rows.Count == 0 ? null : rows[0])}' and cannot become '{batch.Params[key]}': params are written once.",
            $"params.{key}");
    }
}
