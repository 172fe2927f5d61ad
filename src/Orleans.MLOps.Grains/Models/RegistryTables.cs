using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Models;

/// <summary>Reads single models and their versions.</summary>
internal sealed class RegistryTables(ITables tables, CatalogTable catalog)
{
    private const int LatestChanges = 200;

    public async Task<RegisteredModelRow?> FindAsync(ModelKey key, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            $"SELECT {RegistryRows.ModelColumns} FROM registered_models g WHERE g.project = $1 AND g.name = $2",
            RegistryRows.ReadModel,
            cancellationToken,
            key.Project, key.Name);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <exception cref="NotFoundException">There is no such model.</exception>
    public async Task<RegisteredModelRow> RequireAsync(ModelKey key, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken)
        ?? throw new NotFoundException($"Model '{key.Name}' of project '{key.Project}' does not exist.", "model");

    /// <summary>The model with the latest moves of its aliases, or null.</summary>
    public async Task<ModelInfo?> DescribeAsync(ModelKey key, CancellationToken cancellationToken)
    {
        if (await FindAsync(key, cancellationToken) is not { } row)
        {
            return null;
        }

        var models = await RegistryDetails.DescribeAsync(tables, [row], cancellationToken);
        var changes = await tables.QueryAsync(
            """
            SELECT sequence, alias, from_version, to_version, is_rollback, reason, requested_by, at_us, '{}', NULL
            FROM model_alias_history WHERE project = $1 AND model = $2 ORDER BY sequence DESC LIMIT $3
            """,
            RegistryRows.ReadChange,
            cancellationToken,
            key.Project, key.Name, LatestChanges);
        return models[0] with { History = [.. changes.Reverse()] };
    }

    /// <summary>The first number for a model of this name: those of a deleted namesake stay used.</summary>
    public async Task<int> FirstVersionAsync(ModelKey key, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            "SELECT next_version FROM retired_models WHERE project = $1 AND name = $2", row => row.GetInt32(0), cancellationToken, key.Project, key.Name);
        return rows.Count == 0 ? 1 : rows[0];
    }

    /// <summary>The numbers of the versions that may serve, newest first.</summary>
    public async Task<IReadOnlyList<int>> ListServableAsync(ModelKey key, int most, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            $"SELECT {RegistryRows.VersionColumns} FROM model_versions v WHERE v.project = $1 AND v.model = $2 AND v.status = $3 ORDER BY v.version DESC LIMIT $4",
            RegistryRows.ReadVersion,
            cancellationToken,
            key.Project, key.Name, nameof(ModelVersionStatus.Ready), most);
        return [.. rows.Where(version => version.HasServable()).Select(version => version.Version)];
    }

    public async Task<ModelVersionInfo?> FindVersionAsync(ModelKey key, int version, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            $"SELECT {RegistryRows.VersionColumns} FROM model_versions v WHERE v.project = $1 AND v.model = $2 AND v.version = $3",
            RegistryRows.ReadVersion,
            cancellationToken,
            key.Project, key.Name, version);
        var filled = await RegistryDetails.FillAsync(tables, rows, cancellationToken);
        return filled.Length == 0 ? null : filled[0];
    }

    /// <exception cref="NotFoundException">There is no such model or version.</exception>
    public async Task<ModelVersionInfo> RequireVersionAsync(ModelKey key, int version, CancellationToken cancellationToken)
    {
        if (await FindVersionAsync(key, version, cancellationToken) is { } found)
        {
            return found;
        }

        await RequireAsync(key, cancellationToken);
        throw new NotFoundException($"Model '{key.Name}' has no version {version}.", "version");
    }

    public async Task<int?> FindAliasAsync(ModelKey key, string alias, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            "SELECT version FROM model_aliases WHERE project = $1 AND model = $2 AND alias = $3",
            row => row.GetInt32(0),
            cancellationToken,
            key.Project, key.Name, alias);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>The newest version in a stage but the given one, or null.</summary>
    public async Task<int?> FindStagedAsync(ModelKey key, ModelStage stage, int but, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            "SELECT version FROM model_versions WHERE project = $1 AND model = $2 AND stage = $3 AND version <> $4 ORDER BY version DESC LIMIT 1",
            row => row.GetInt32(0),
            cancellationToken,
            key.Project, key.Name, stage.ToString(), but);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>What an operation id did, with the version that it registered.</summary>
    public async Task<(RegistryOperation Operation, int? Version)?> FindOperationAsync(ModelKey key, string operationId, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            "SELECT command, version FROM model_operations WHERE project = $1 AND model = $2 AND operation_id = $3",
            row => (CatalogJson.Read<RegistryOperation>(row.GetString(0)), row.IsDBNull(1) ? (int?)null : row.GetInt32(1)),
            cancellationToken,
            key.Project, key.Name, operationId);
        return rows.Count == 0 ? null : rows[0];
    }

    public async Task<AliasHistoryPage> GetHistoryAsync(AliasHistoryQuery query, CancellationToken cancellationToken)
    {
        var alias = query.Alias is null ? "" : " AND alias = $5";
        object?[] parameters = [query.Project, query.Model, query.BeforeSequence ?? long.MaxValue, query.Limit + 1];
        var rows = await tables.QueryAsync(
            $"""
            SELECT {RegistryRows.ChangeColumns} FROM model_alias_history
            WHERE project = $1 AND model = $2 AND sequence < $3{alias} ORDER BY sequence DESC LIMIT $4
            """,
            RegistryRows.ReadChange,
            cancellationToken,
            query.Alias is null ? parameters : [.. parameters, query.Alias]);
        var page = rows.Take(query.Limit).ToArray();
        return new AliasHistoryPage { Changes = page, NextBeforeSequence = rows.Count > query.Limit ? page[^1].Sequence : null };
    }

    /// <summary>All moves of an alias, oldest first.</summary>
    public Task<IReadOnlyList<AliasHold>> GetHoldsAsync(ModelKey key, string alias, CancellationToken cancellationToken) => tables.QueryAsync(
        "SELECT from_version, to_version, is_rollback FROM model_alias_history WHERE project = $1 AND model = $2 AND alias = $3 ORDER BY sequence",
        row => new AliasHold(row.IsDBNull(0) ? null : row.GetInt32(0), row.IsDBNull(1) ? null : row.GetInt32(1), row.GetInt64(2) != 0),
        cancellationToken,
        key.Project, key.Name, alias);

    /// <summary>The versions that exist and are ready.</summary>
    public async Task<HashSet<int>> GetReadyAsync(ModelKey key, CancellationToken cancellationToken) => [.. await tables.QueryAsync(
        "SELECT version FROM model_versions WHERE project = $1 AND model = $2 AND status = $3",
        row => row.GetInt32(0),
        cancellationToken,
        key.Project, key.Name, nameof(ModelVersionStatus.Ready))];

    /// <summary>The endpoints that serve the model.</summary>
    public async Task<ModelEndpoint[]> GetEndpointsAsync(ModelKey key, CancellationToken cancellationToken) =>
    [
        .. (await catalog.ListChildrenAsync(EndpointGrain.Catalog, key.ToString(), cancellationToken))
            .Select(entry => ModelEndpoint.Of(CatalogJson.Read<EndpointInfo>(entry.Json))),
    ];

    public async Task<AliasGates[]> GetGatesAsync(ModelKey key, CancellationToken cancellationToken) => [.. await tables.QueryAsync(
        "SELECT alias, gates, set_by, set_us FROM model_gates WHERE project = $1 AND model = $2 ORDER BY alias",
        RegistryRows.ReadGates,
        cancellationToken,
        key.Project, key.Name)];

    public async Task<(string Text, string? EditedBy, DateTimeOffset EditedAt)?> FindCardAsync(ModelKey key, int version, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            "SELECT text, edited_by, edited_us FROM model_cards WHERE project = $1 AND model = $2 AND version = $3",
            row => (row.GetString(0), row.GetNullableString(1), row.GetTime(2)),
            cancellationToken,
            key.Project, key.Name, version);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Params and latest metrics of a run; empty for one that is not known here.</summary>
    public async Task<RunFacts> GetRunFactsAsync(string? runId, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(runId))
        {
            return RunFacts.None;
        }

        var rows = await tables.QueryAsync(
            """
            SELECT key, value, CAST(NULL AS double precision), 0 FROM params WHERE run_id = $1
            UNION ALL SELECT key, NULL, value, 1 FROM latest_metrics WHERE run_id = $1
            UNION ALL SELECT name, CASE context WHEN '' THEN digest ELSE digest || ' (' || context || ')' END, NULL, 2 FROM run_datasets WHERE run_id = $1
            """,
            row => (Key: row.GetString(0), Text: row.GetNullableString(1) ?? "", Number: row.GetNumber(2), Kind: row.GetInt32(3)),
            cancellationToken,
            runId);
        return new RunFacts
        {
            Params = rows.Where(row => row.Kind == 0).ToDictionary(row => row.Key, row => row.Text),
            Metrics = rows.Where(row => row.Kind == 1).ToDictionary(row => row.Key, row => row.Number),
            Datasets = rows.Where(row => row.Kind == 2).GroupBy(row => row.Key, row => row.Text)
                .ToDictionary(dataset => dataset.Key, dataset => string.Join(", ", dataset.Order(StringComparer.Ordinal))),
        };
    }
}
