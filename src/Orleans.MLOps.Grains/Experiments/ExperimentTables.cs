using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>The experiments of all projects in the tables.</summary>
internal sealed class ExperimentTables(ITables tables, PlatformClock clock)
{
    /// <summary>The experiment that nobody made and that MLflow's clients use when they name none.</summary>
    public const long Default = 0;

    public const int LargestList = 1000;

    private const string New = "new";
    private const string Active = "active";
    private const string TagPrefix = "tag:";

    /// <summary>Creates an experiment with its tags, or finds the one of that name, whose tags stay as they are.</summary>
    /// <exception cref="AlreadyExistsException">The name is taken, and the experiment must be new.</exception>
    public async Task<ExperimentInfo> CreateAsync(CreateExperiment command, CancellationToken cancellationToken)
    {
        ExperimentLimits.Check(command);
        var now = clock.WallNow;
        var write = new TableWrite().Require(
            New, RowCount.One,
            """
            INSERT INTO experiments (project, name, lifecycle, created_us, updated_us, artifact_location) VALUES ($1, $2, $3, $4, $4, $5)
            ON CONFLICT (project, name) DO NOTHING
            """,
            command.Project, command.Name, nameof(Lifecycle.Active), now, command.ArtifactLocation);
        foreach (var (key, value) in command.Tags)
        {
            write.Add(
                "INSERT INTO experiment_tags (experiment_id, key, value) SELECT experiment_id, $3, $4 FROM experiments WHERE project = $1 AND name = $2",
                command.Project, command.Name, key, value);
        }

        var result = await tables.WriteAsync(write, cancellationToken);
        var experiment = await FindAsync(command.Project, command.Name, cancellationToken)
            ?? throw new UnavailableException($"Experiment '{command.Name}' of project '{command.Project}' was created but cannot be read.");
        return result.Applied || !command.MustBeNew ? experiment : throw Taken(command.Project, command.Name, experiment);
    }

    public async Task<ExperimentInfo?> FindAsync(string project, string name, CancellationToken cancellationToken) => await OneAsync(
        $"SELECT {ExperimentRows.Columns} FROM experiments e WHERE e.project = $1 AND e.name = $2", cancellationToken, project, name);

    public async Task<ExperimentInfo?> FindAsync(long experimentId, CancellationToken cancellationToken) => await OneAsync(
        $"SELECT {ExperimentRows.Columns} FROM experiments e WHERE e.experiment_id = $1", cancellationToken, experimentId);

    /// <exception cref="NotFoundException">There is no such experiment.</exception>
    public async Task<ExperimentInfo> GetAsync(long experimentId, CancellationToken cancellationToken) =>
        await FindAsync(experimentId, cancellationToken) ?? throw Missing(experimentId);

    public async Task<ExperimentInfo[]> ListActiveAsync(string project, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            $"""
            SELECT {ExperimentRows.Columns} FROM experiments e WHERE e.project = $1 AND e.lifecycle = $2
            ORDER BY e.created_us DESC, e.experiment_id DESC LIMIT $3
            """,
            ExperimentRows.Read,
            cancellationToken,
            project, nameof(Lifecycle.Active), LargestList);
        return await ExperimentRows.FillAsync(tables, rows, cancellationToken);
    }

    public async Task<ExperimentInfo> UpdateAsync(UpdateExperiment command, CancellationToken cancellationToken)
    {
        ExperimentLimits.Check(command);
        var id = command.ExperimentId;
        var write = new TableWrite().Require(
            Active, RowCount.One, "UPDATE experiments SET updated_us = $2 WHERE experiment_id = $1 AND lifecycle = $3", id, clock.WallNow, nameof(Lifecycle.Active));
        if (command.Name is not null)
        {
            write.Add("UPDATE experiments SET name = $2 WHERE experiment_id = $1", id, command.Name);
        }

        foreach (var key in command.DeleteTags)
        {
            write.Require(TagPrefix + key, RowCount.One, "DELETE FROM experiment_tags WHERE experiment_id = $1 AND key = $2", id, key);
        }

        foreach (var (key, value) in command.SetTags)
        {
            write.Add(
                """
                INSERT INTO experiment_tags (experiment_id, key, value) VALUES ($1, $2, $3)
                ON CONFLICT (experiment_id, key) DO UPDATE SET value = excluded.value
                """,
                id, key, value);
        }

        TableWriteResult result;
        try
        {
            result = await tables.WriteAsync(write, cancellationToken);
        }
        catch (AlreadyExistsException)
        {
            var experiment = await GetAsync(id, cancellationToken);
            throw Taken(experiment.Project, command.Name!, await FindAsync(experiment.Project, command.Name!, cancellationToken));
        }

        if (result.FailedRequirement is { } failed && failed != Active)
        {
            throw new NotFoundException($"Experiment {id} has no tag '{failed[TagPrefix.Length..]}'.", "delete_tags");
        }

        var updated = await GetAsync(id, cancellationToken);
        return result.Applied ? updated : throw Deleted(id);
    }

    /// <exception cref="NotFoundException">There is no such experiment.</exception>
    public async Task SetLifecycleAsync(long experimentId, Lifecycle lifecycle, CancellationToken cancellationToken)
    {
        ExperimentLimits.CheckLifecycle(lifecycle);
        var result = await tables.WriteAsync(
            new TableWrite()
                .Require("exists", RowCount.One, "SELECT 1 FROM experiments WHERE experiment_id = $1", experimentId)
                .Add(
                    "UPDATE experiments SET lifecycle = $2, updated_us = $3 WHERE experiment_id = $1 AND lifecycle <> $2",
                    experimentId, lifecycle.ToString(), clock.WallNow),
            cancellationToken);
        if (!result.Applied)
        {
            throw Missing(experimentId);
        }
    }

    public static NotFoundException Missing(long experimentId) => new($"Experiment {experimentId} does not exist.", "experiment_id");

    public static FailedPreconditionException Deleted(long experimentId) =>
        new($"Experiment {experimentId} is deleted and accepts no changes; restore it first.", "experiment_id");

    private static AlreadyExistsException Taken(string project, string name, ExperimentInfo? holder) => new(
        $"Experiment '{name}' of project '{project}' exists already{(holder is null ? "" : $" as {holder.ExperimentId}{(holder.Lifecycle == Lifecycle.Deleted ? " and is deleted; restore it, or remove it for good" : "")}")}.",
        "name");

    private async Task<ExperimentInfo?> OneAsync(string sql, CancellationToken cancellationToken, params object?[] parameters)
    {
        var rows = await tables.QueryAsync(sql, ExperimentRows.Read, cancellationToken, parameters);
        return (await ExperimentRows.FillAsync(tables, rows, cancellationToken)).FirstOrDefault();
    }
}
