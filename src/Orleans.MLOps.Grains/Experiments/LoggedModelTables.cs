using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Creates, changes and reads single logged models.</summary>
internal sealed class LoggedModelTables(ITables tables, PlatformClock clock)
{
    private const string Exists = "exists";
    private const string ParamPrefix = "param:";
    private const string TagPrefix = "tag:";

    /// <summary>Creates the model, or finds the one of that id.</summary>
    public async Task<LoggedModelInfo> CreateAsync(string modelId, CreateLoggedModel command, CancellationToken cancellationToken)
    {
        ExperimentLimits.Check(command);
        var write = new TableWrite()
            .Require(
                RunConditions.Active, RowCount.One, "SELECT 1 FROM experiments WHERE experiment_id = $1 AND lifecycle = $2",
                command.ExperimentId, nameof(Lifecycle.Active))
            .Require(
                Exists, RowCount.One,
                """
                INSERT INTO logged_models (model_id, experiment_id, name, model_type, source_run_id, status, lifecycle, created_us, updated_us)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT (model_id) DO NOTHING
                """,
                modelId, command.ExperimentId, command.Name ?? $"model-{modelId[^6..]}", command.ModelType, command.SourceRunId,
                nameof(LoggedModelStatus.Pending), nameof(Lifecycle.Active), clock.WallNow);
        AddParams(write, modelId, command.Params);
        AddTags(write, modelId, command.Tags);
        var result = await tables.WriteAsync(write, cancellationToken);
        if (result.FailedRequirement == RunConditions.Active)
        {
            var known = await tables.QueryAsync(
                "SELECT 1 FROM experiments WHERE experiment_id = $1", _ => true, cancellationToken, command.ExperimentId);
            throw known.Count == 0 ? ExperimentTables.Missing(command.ExperimentId) : ExperimentTables.Deleted(command.ExperimentId);
        }

        var model = await GetAsync(modelId, cancellationToken);
        return model.ExperimentId == command.ExperimentId && model.SourceRunId == command.SourceRunId
            ? model
            : throw new AlreadyExistsException($"Logged model '{modelId}' was created before in experiment {model.ExperimentId}; choose another id.", "model_id");
    }

    public async Task<LoggedModelInfo> UpdateAsync(string modelId, UpdateLoggedModel command, CancellationToken cancellationToken)
    {
        ExperimentLimits.Check(command);
        var write = new TableWrite().Require(
            Exists, RowCount.One, "UPDATE logged_models SET updated_us = $2 WHERE model_id = $1", modelId, clock.WallNow);
        if (command.Status is { } status)
        {
            write.Add("UPDATE logged_models SET status = $2 WHERE model_id = $1", modelId, status.ToString());
        }

        if (command.Lifecycle is { } lifecycle)
        {
            ExperimentLimits.CheckLifecycle(lifecycle);
            write.Add("UPDATE logged_models SET lifecycle = $2 WHERE model_id = $1", modelId, lifecycle.ToString());
        }

        AddParams(write, modelId, command.Params);
        foreach (var key in command.DeleteTags)
        {
            write.Require(TagPrefix + key, RowCount.One, "DELETE FROM logged_model_tags WHERE model_id = $1 AND key = $2", modelId, key);
        }

        AddTags(write, modelId, command.SetTags);
        var result = await tables.WriteAsync(write, cancellationToken);
        return result.FailedRequirement switch
        {
            null => await GetAsync(modelId, cancellationToken),
            Exists => throw Missing(modelId),
            var failed when failed.StartsWith(TagPrefix, StringComparison.Ordinal) =>
                throw new NotFoundException($"Logged model '{modelId}' has no tag '{failed[TagPrefix.Length..]}'.", "delete_tags"),
            var failed => throw new FailedPreconditionException(
                $"Param '{failed[ParamPrefix.Length..]}' of logged model '{modelId}' has another value: params are written once.", $"params.{failed[ParamPrefix.Length..]}"),
        };
    }

    /// <exception cref="NotFoundException">There is no such model.</exception>
    public async Task<LoggedModelInfo> GetAsync(string modelId, CancellationToken cancellationToken) =>
        await FindAsync(modelId, cancellationToken) ?? throw Missing(modelId);

    public async Task<LoggedModelInfo?> FindAsync(string modelId, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            $"SELECT {LoggedModelRows.Columns} FROM logged_models m JOIN experiments e ON e.experiment_id = m.experiment_id WHERE m.model_id = $1",
            LoggedModelRows.Read,
            cancellationToken,
            modelId);
        return (await LoggedModelRows.FillAsync(tables, rows, cancellationToken)).FirstOrDefault();
    }

    public static NotFoundException Missing(string modelId) => new($"Logged model '{modelId}' does not exist.", "model_id");

    private static void AddParams(TableWrite write, string modelId, Dictionary<string, string> parameters)
    {
        foreach (var (key, value) in parameters)
        {
            write.Require(
                ParamPrefix + key, RowCount.One,
                """
                INSERT INTO logged_model_params (model_id, key, value) VALUES ($1, $2, $3)
                ON CONFLICT (model_id, key) DO UPDATE SET value = excluded.value WHERE logged_model_params.value = excluded.value
                """,
                modelId, key, value);
        }
    }

    private static void AddTags(TableWrite write, string modelId, Dictionary<string, string> tags)
    {
        foreach (var (key, value) in tags)
        {
            write.Add(
                """
                INSERT INTO logged_model_tags (model_id, key, value) VALUES ($1, $2, $3)
                ON CONFLICT (model_id, key) DO UPDATE SET value = excluded.value
                """,
                modelId, key, value);
        }
    }
}
