using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Models;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Models;

/// <summary>Changes what may change of versions: description, tags, stage, approvals, card; and deletes them.</summary>
internal sealed class VersionEditing(RegistryTables registry, RegistryWriter writer, Gatekeeper gates, PlatformClock clock)
{
    public Task UpdateAsync(ModelKey key, UpdateModelVersion command, CancellationToken cancellationToken)
    {
        ModelRules.CheckChange(command.Description, command.SetTags, command.DeleteTags);
        return ChangeAsync(
            key,
            command.Version,
            (model, _) =>
            {
                var write = RegistryStatements.Begin(model, null);
                if (command.Description is { } description)
                {
                    write.Add(
                        "UPDATE model_versions SET description = $4, updated_us = $5 WHERE project = $1 AND model = $2 AND version = $3",
                        key.Project, key.Name, command.Version, description.Length == 0 ? null : description, clock.WallNow);
                }

                return Done(write.SetVersionTags(key.Project, key.Name, command.Version, command.SetTags, command.DeleteTags));
            },
            cancellationToken);
    }

    public Task DeleteAsync(ModelKey key, int number, CancellationToken cancellationToken) => ChangeAsync(
        key,
        number,
        async (model, version) =>
        {
            var gated = (await registry.GetGatesAsync(key, cancellationToken)).Select(gates => gates.Alias);
            if ((version.HasWeights() ? version.Aliases : [.. version.Aliases.Intersect(gated)]) is { Length: > 0 } holding)
            {
                throw new FailedPreconditionException(
                    $"Version {number} of model '{key.Name}' cannot be deleted while aliases point to it: [{string.Join(", ", holding)}]; move them first.", "version");
            }

            var endpoints = (await registry.GetEndpointsAsync(key, cancellationToken)).Where(endpoint => endpoint.Needs(number)).Select(endpoint => endpoint.Name).ToArray();
            if (endpoints.Length > 0)
            {
                throw new FailedPreconditionException(
                    $"Version {number} of model '{key.Name}' cannot be deleted while endpoints serve it or can be rolled back to it: [{string.Join(", ", endpoints)}].", "version");
            }

            var write = RegistryStatements.Begin(model, clock.WallNow);
            foreach (var alias in version.Aliases)
            {
                write.MoveAlias(key, new AliasChange { Alias = alias, From = number, Reason = $"Version {number} was deleted.", At = clock.WallNow });
            }

            return write.DeleteVersion(key, number);
        },
        cancellationToken);

    public Task TransitionAsync(ModelKey key, TransitionStage command, CancellationToken cancellationToken)
    {
        if (!Enum.IsDefined(command.Stage))
        {
            throw new InvalidInputException($"stage {(int)command.Stage} is not known: {string.Join(", ", Enum.GetNames<ModelStage>())} are.", "stage");
        }

        ModelRules.CheckEvidence(command.Evidence);
        var inUse = command.Stage is ModelStage.Staging or ModelStage.Production;
        if (command.ArchiveExisting && !inUse)
        {
            throw new InvalidInputException($"archive_existing is only for the stages Staging and Production, not for {command.Stage}.", "archive_existing");
        }

        return ChangeAsync(
            key,
            command.Version,
            async (model, version) =>
            {
                if (inUse)
                {
                    AliasRules.CheckTarget(version.Status, key.Name, version.Version);
                }

                if (version.Stage != command.Stage)
                {
                    var holder = await registry.FindStagedAsync(key, command.Stage, version.Version, cancellationToken);
                    await gates.RequireAsync(key, command.Stage.ToString(), version, holder, command.RequestedBy, command.Evidence, cancellationToken);
                }
                else if (!command.ArchiveExisting)
                {
                    return null;
                }

                return Stage(model, command);
            },
            cancellationToken);
    }

    public Task ApproveAsync(ModelKey key, ApproveVersion command, CancellationToken cancellationToken)
    {
        ModelRules.Check(command);
        return ChangeAsync(
            key,
            command.Version,
            (model, _) => Done(RegistryStatements.Begin(model, null).Add(
                """
                INSERT INTO model_approvals (project, model, version, approver, note, at_us) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (project, model, version, approver) DO NOTHING
                """,
                key.Project, key.Name, command.Version, command.Approver, command.Note, clock.WallNow)),
            cancellationToken);
    }

    public Task EditCardAsync(ModelKey key, EditModelCard command, CancellationToken cancellationToken)
    {
        ModelRules.Check(command);
        return ChangeAsync(
            key,
            command.Version,
            (model, _) => Done(command.Text is null
                ? RegistryStatements.Begin(model, null).Add(
                    "DELETE FROM model_cards WHERE project = $1 AND model = $2 AND version = $3", key.Project, key.Name, command.Version)
                : RegistryStatements.Begin(model, null).Add(
                    """
                    INSERT INTO model_cards (project, model, version, text, edited_by, edited_us) VALUES ($1, $2, $3, $4, $5, $6)
                    ON CONFLICT (project, model, version) DO UPDATE SET text = excluded.text, edited_by = excluded.edited_by, edited_us = excluded.edited_us
                    """,
                    key.Project, key.Name, command.Version, command.Text, command.EditedBy, clock.WallNow)),
            cancellationToken);
    }

    private TableWrite Stage(RegisteredModelRow model, TransitionStage command)
    {
        var now = clock.WallNow;
        var write = RegistryStatements.Begin(model, now);
        if (command.ArchiveExisting)
        {
            write.Add(
                "UPDATE model_versions SET stage = $5, updated_us = $6 WHERE project = $1 AND model = $2 AND stage = $3 AND version <> $4",
                model.Key.Project, model.Key.Name, command.Stage.ToString(), command.Version, nameof(ModelStage.Archived), now);
        }

        return write.Add(
            "UPDATE model_versions SET stage = $4, updated_us = $5 WHERE project = $1 AND model = $2 AND version = $3",
            model.Key.Project, model.Key.Name, command.Version, command.Stage.ToString(), now);
    }

    private Task ChangeAsync(
        ModelKey key, int version, Func<RegisteredModelRow, ModelVersionInfo, Task<TableWrite?>> decide, CancellationToken cancellationToken) =>
        writer.ChangeAsync(key, async model => await decide(model, await registry.RequireVersionAsync(key, version, cancellationToken)), cancellationToken);

    private static Task<TableWrite?> Done(TableWrite write) => Task.FromResult<TableWrite?>(write);
}
