using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>Registers versions.</summary>
internal sealed class VersionRegistration(RegistryTables registry, RegistryWriter writer, ModelVersionCheck check, PlatformClock clock)
{
    public async Task<ModelVersionInfo> RegisterAsync(ModelKey key, RegisterModelVersion command, CancellationToken cancellationToken)
    {
        ModelRules.Check(command);
        var operation = RegistrationRules.Operation(command);
        if (await FindAsync(key, command, operation, cancellationToken) is { } known)
        {
            return known;
        }

        var tensors = await Task.Run(() => check.RunAsync(command, cancellationToken), cancellationToken);

        var number = 0;
        await writer.ChangeOrCreateAsync(
            key,
            async model =>
            {
                if (await registry.FindOperationAsync(key, command.OperationId, cancellationToken) is not null)
                {
                    return null;
                }

                if (model is null && command.ModelMustExist)
                {
                    await registry.RequireAsync(key, cancellationToken);
                }

                var now = clock.WallNow;
                number = RegistrationRules.Number(command, model?.NextVersion ?? await registry.FirstVersionAsync(key, cancellationToken));
                var version = RegistrationRules.Version(command, tensors, number, now);
                var write = model is null ? RegistryStatements.Create(key, null, number, now) : RegistryStatements.Begin(model, now);
                return write.AddVersion(version).AddOperation(key, command.OperationId, operation, number, now);
            },
            cancellationToken);

        // What another activation registered meanwhile is found under the same operation.
        return await FindAsync(key, command, operation, cancellationToken)
            ?? throw new NotFoundException($"Version {number} of model '{key.Name}' was deleted right after it was registered.", "version");
    }

    private async Task<ModelVersionInfo?> FindAsync(ModelKey key, RegisterModelVersion command, RegistryOperation operation, CancellationToken cancellationToken)
    {
        if (await registry.FindOperationAsync(key, command.OperationId, cancellationToken) is not { } known
            || AliasRules.IsNew(known.Operation, operation, command.OperationId))
        {
            return null;
        }

        return await registry.FindVersionAsync(key, known.Version!.Value, cancellationToken)
            ?? throw new NotFoundException(
                $"Operation '{command.OperationId}' registered version {known.Version} of model '{key.Name}', which was deleted since.", "operation_id");
    }
}
