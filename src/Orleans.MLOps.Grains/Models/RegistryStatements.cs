using Orleans.MLOps.Governance;
using Orleans.MLOps.Models;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Models;

/// <summary>The statements that write to the registry.</summary>
internal static class RegistryStatements
{
    /// <summary>The requirement that nobody has written to the model since it was read.</summary>
    public const string Revision = "revision";

    private static readonly string[] OfVersion = ["model_version_tags", "model_approvals", "model_cards"];
    private static readonly string[] OfModel = ["model_aliases", "model_alias_history", "model_gates", "model_operations", "registered_model_tags"];

    /// <summary>Begins a write to a model as it was read; null for <paramref name="updated"/> leaves the time of its last change.</summary>
    public static TableWrite Begin(RegisteredModelRow model, DateTimeOffset? updated) => new TableWrite().Require(
        Revision, RowCount.One,
        "UPDATE registered_models SET revision = revision + 1, updated_us = $4 WHERE project = $1 AND name = $2 AND revision = $3",
        model.Key.Project, model.Key.Name, model.Revision, updated ?? model.UpdatedAt);

    public static TableWrite Create(ModelKey key, string? description, int nextVersion, DateTimeOffset now) => new TableWrite().Require(
        Revision, RowCount.One,
        """
        INSERT INTO registered_models (project, name, description, revision, next_version, weighted, created_us, updated_us)
        VALUES ($1, $2, $3, 0, $4, 0, $5, $5) ON CONFLICT (project, name) DO NOTHING
        """,
        key.Project, key.Name, description, nextVersion, now);

    public static TableWrite AddVersion(this TableWrite write, ModelVersionInfo version)
    {
        write.Add(
            "UPDATE registered_models SET next_version = $3, weighted = CASE WHEN weighted = 1 THEN 1 ELSE $4 END WHERE project = $1 AND name = $2",
            version.Project, version.Model, version.Version + 1, version.HasServable());
        write.Add(
            """
            INSERT INTO model_versions (project, model, version, status, stage, source, run_id, logged_model_id, run_link, user_name, description, digest, record, created_us, updated_us)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
            """,
            version.Project, version.Model, version.Version, version.Status.ToString(), version.Stage.ToString(), version.Source, version.RunId,
            version.LoggedModelId, version.RunLink, version.User, version.Description, version.Digest,
            CatalogJson.Write(version with { Description = null, Tags = [] }), version.CreatedAt);
        return write.SetVersionTags(version.Project, version.Model, version.Version, version.Tags, []);
    }

    public static TableWrite AddOperation(this TableWrite write, ModelKey key, string operationId, RegistryOperation operation, int? version, DateTimeOffset now) =>
        write.Add(
            "INSERT INTO model_operations (project, model, operation_id, command, version, at_us) VALUES ($1, $2, $3, $4, $5, $6)",
            key.Project, key.Name, operationId, CatalogJson.Write(operation), version, now);

    public static TableWrite MoveAlias(this TableWrite write, ModelKey key, AliasChange change)
    {
        if (change.To is { } version)
        {
            write.Add(
                """
                INSERT INTO model_aliases (project, model, alias, version, set_us) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (project, model, alias) DO UPDATE SET version = excluded.version, set_us = excluded.set_us
                """,
                key.Project, key.Name, change.Alias, version, change.At);
        }
        else
        {
            write.Add("DELETE FROM model_aliases WHERE project = $1 AND model = $2 AND alias = $3", key.Project, key.Name, change.Alias);
        }

        return write.Add(
            """
            INSERT INTO model_alias_history (project, model, alias, from_version, to_version, is_rollback, reason, requested_by, evidence, evaluation, at_us)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            key.Project, key.Name, change.Alias, change.From, change.To, change.Rollback, change.Reason, change.RequestedBy,
            CatalogJson.Write(change.Evidence), change.Evaluation is null ? null : CatalogJson.Write(change.Evaluation), change.At);
    }

    public static TableWrite SetModelTags(this TableWrite write, ModelKey key, Dictionary<string, string> set, string[] remove)
    {
        foreach (var tag in remove)
        {
            write.Add("DELETE FROM registered_model_tags WHERE project = $1 AND model = $2 AND key = $3", key.Project, key.Name, tag);
        }

        foreach (var (tag, value) in set)
        {
            write.Add(
                """
                INSERT INTO registered_model_tags (project, model, key, value) VALUES ($1, $2, $3, $4)
                ON CONFLICT (project, model, key) DO UPDATE SET value = excluded.value
                """,
                key.Project, key.Name, tag, value);
        }

        return write;
    }

    public static TableWrite SetVersionTags(
        this TableWrite write, string project, string model, int version, Dictionary<string, string> set, string[] remove)
    {
        foreach (var tag in remove)
        {
            write.Add(
                "DELETE FROM model_version_tags WHERE project = $1 AND model = $2 AND version = $3 AND key = $4", project, model, version, tag);
        }

        foreach (var (tag, value) in set)
        {
            write.Add(
                """
                INSERT INTO model_version_tags (project, model, version, key, value) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (project, model, version, key) DO UPDATE SET value = excluded.value
                """,
                project, model, version, tag, value);
        }

        return write;
    }

    public static TableWrite DeleteVersion(this TableWrite write, ModelKey key, int version)
    {
        foreach (var table in OfVersion)
        {
            write.Add($"DELETE FROM {table} WHERE project = $1 AND model = $2 AND version = $3", key.Project, key.Name, version);
        }

        return write.Add("DELETE FROM model_versions WHERE project = $1 AND model = $2 AND version = $3", key.Project, key.Name, version);
    }

    /// <summary>Deletes a model with all it has; what its versions were numbered stays known when they carried weights.</summary>
    public static TableWrite DeleteModel(this TableWrite write, RegisteredModelRow model)
    {
        foreach (var table in OfModel.Concat(OfVersion).Append("model_versions"))
        {
            write.Add($"DELETE FROM {table} WHERE project = $1 AND model = $2", model.Key.Project, model.Key.Name);
        }

        if (model.Weighted)
        {
            write.Add(
                """
                INSERT INTO retired_models (project, name, next_version) VALUES ($1, $2, $3)
                ON CONFLICT (project, name) DO UPDATE SET next_version = excluded.next_version
                """,
                model.Key.Project, model.Key.Name, model.NextVersion);
        }

        return write.Add("DELETE FROM registered_models WHERE project = $1 AND name = $2", model.Key.Project, model.Key.Name);
    }
}
