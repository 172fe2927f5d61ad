using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>Makes, changes, renames and deletes registered models.</summary>
internal sealed class ModelEditing(RegistryTables registry, RegistryWriter writer, PlatformClock clock)
{
    public async Task CreateAsync(ModelKey key, CreateModel command, CancellationToken cancellationToken)
    {
        ModelRules.Check(command);
        await writer.ChangeOrCreateAsync(
            key,
            async model =>
            {
                if (model is not null)
                {
                    return command.MustBeNew
                        ? throw new AlreadyExistsException($"Model '{key.Name}' of project '{key.Project}' exists already.", "name")
                        : null;
                }

                var first = await registry.FirstVersionAsync(key, cancellationToken);
                return RegistryStatements.Create(key, OrNull(command.Description), first, clock.WallNow).SetModelTags(key, command.Tags, []);
            },
            cancellationToken);
    }

    public async Task UpdateAsync(ModelKey key, UpdateModel command, CancellationToken cancellationToken)
    {
        ModelRules.CheckChange(command.Description, command.SetTags, command.DeleteTags);
        await writer.ChangeAsync(
            key,
            model =>
            {
                // Tags alone leave the time of the last change, as clients of MLflow expect.
                var write = RegistryStatements.Begin(model, command.Description is null ? null : clock.WallNow);
                if (command.Description is { } description)
                {
                    write.Add(
                        "UPDATE registered_models SET description = $3 WHERE project = $1 AND name = $2", key.Project, key.Name, OrNull(description));
                }

                return Task.FromResult<Storage.Tables.TableWrite?>(write.SetModelTags(key, command.SetTags, command.DeleteTags));
            },
            cancellationToken);
    }

    /// <returns>The key under which the model is now.</returns>
    public async Task<ModelKey> RenameAsync(ModelKey key, RenameModel command, CancellationToken cancellationToken)
    {
        var renamed = new ModelKey(key.Project, command.NewName);
        _ = renamed.ToString();
        await writer.ChangeAsync(
            key,
            async model =>
            {
                if (model.Weighted)
                {
                    throw new FailedPreconditionException(
                        $"Model '{key.Name}' cannot be renamed: versions with weights were registered, and endpoints and jobs name them by it.", "model");
                }

                if (renamed == key)
                {
                    return null;
                }

                await RequireNoGatesAsync(key, "renamed", cancellationToken);

                if (await registry.FindAsync(renamed, cancellationToken) is not null || await registry.FirstVersionAsync(renamed, cancellationToken) > 1)
                {
                    throw new AlreadyExistsException($"Model '{renamed.Name}' of project '{key.Project}' exists already, or did with versions that carried weights.", "new_name");
                }

                return RegistryStatements.Begin(model, clock.WallNow).Add(
                    "UPDATE registered_models SET name = $3 WHERE project = $1 AND name = $2", key.Project, key.Name, renamed.Name);
            },
            cancellationToken);
        return renamed;
    }

    public Task DeleteAsync(ModelKey key, CancellationToken cancellationToken) => writer.ChangeAsync(
        key,
        async model =>
        {
            await RequireNoGatesAsync(key, "deleted", cancellationToken);
            var aliases = (await registry.DescribeAsync(key, cancellationToken))?.Aliases ?? [];
            if (model.Weighted && aliases.Length > 0)
            {
                throw new FailedPreconditionException(
                    $"Model '{key.Name}' cannot be deleted while aliases point to its versions: [{string.Join(", ", aliases.Select(alias => alias.Name))}]; remove them first.", "model");
            }

            var endpoints = await registry.GetEndpointsAsync(key, cancellationToken);
            return endpoints.Length > 0
                ? throw new FailedPreconditionException(
                    $"Model '{key.Name}' cannot be deleted while endpoints serve it: [{string.Join(", ", endpoints.Select(endpoint => endpoint.Name))}].", "model")
                : RegistryStatements.Begin(model, null).DeleteModel(model);
        },
        cancellationToken);

    // Under another name, or made again, the model would have none.
    private async Task RequireNoGatesAsync(ModelKey key, string what, CancellationToken cancellationToken)
    {
        if (await registry.GetGatesAsync(key, cancellationToken) is { Length: > 0 } gates)
        {
            throw new FailedPreconditionException(
                $"Model '{key.Name}' cannot be {what} while gates guard it: [{string.Join(", ", gates.Select(gate => gate.Alias))}]; remove the gates first.", "model");
        }
    }

    private static string? OrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
