using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>Moves aliases forwards through their gates, and back.</summary>
internal sealed class AliasMoves(RegistryTables registry, RegistryWriter writer, Gatekeeper gates, PlatformClock clock)
{
    public Task SetAsync(ModelKey key, SetAlias command, CancellationToken cancellationToken)
    {
        ModelRules.Check(command);
        var operation = RegistryOperation.Move(command.Alias, command.ExpectedVersion, command.Version);
        return writer.ChangeAsync(
            key,
            async model =>
            {
                var known = await registry.FindOperationAsync(key, command.OperationId, cancellationToken);
                if (!AliasRules.IsNew(known?.Operation, operation, command.OperationId))
                {
                    return null;
                }

                var current = await registry.FindAliasAsync(key, command.Alias, cancellationToken);
                var target = command.Version is { } number ? await registry.FindVersionAsync(key, number, cancellationToken) : null;
                AliasRules.CheckMove(current, target?.Status, command);
                var write = RegistryStatements.Begin(model, null).AddOperation(key, command.OperationId, operation, null, clock.WallNow);
                if (current == command.Version)
                {
                    return write;
                }

                return write.MoveAlias(key, new AliasChange
                {
                    Alias = command.Alias,
                    From = current,
                    To = command.Version,
                    Reason = command.Reason,
                    RequestedBy = command.RequestedBy,
                    Evidence = command.Evidence,
                    Evaluation = target is null
                        ? null
                        : await gates.RequireAsync(
                            key, command.Alias, target, current ?? await gates.LastHolderAsync(key, command.Alias, target.Version, cancellationToken), command.RequestedBy, command.Evidence, cancellationToken),
                    At = clock.WallNow,
                });
            },
            cancellationToken);
    }

    public Task RollBackAsync(ModelKey key, RollbackAlias command, CancellationToken cancellationToken)
    {
        ModelRules.Check(command);
        var operation = RegistryOperation.Rollback(command.Alias, command.ExpectedVersion, command.ToVersion);
        return writer.ChangeAsync(
            key,
            async model =>
            {
                var known = await registry.FindOperationAsync(key, command.OperationId, cancellationToken);
                if (!AliasRules.IsNew(known?.Operation, operation, command.OperationId))
                {
                    return null;
                }

                var current = AliasRules.CheckRollback(await registry.FindAliasAsync(key, command.Alias, cancellationToken), command);
                var holds = await registry.GetHoldsAsync(key, command.Alias, cancellationToken);
                var ready = await registry.GetReadyAsync(key, cancellationToken);
                var target = command.ToVersion ?? AliasRules.PreviousHolder(holds, current, ready.Contains)
                    ?? throw new FailedPreconditionException(
                        $"Alias '{command.Alias}' of model '{key.Name}' has no earlier holder than version {current} that still exists and is ready.", "alias");
                var version = await registry.RequireVersionAsync(key, target, cancellationToken);
                AliasRules.CheckTarget(version.Status, key.Name, target);
                var held = holds.Any(hold => hold.To == target);
                var evaluation = held || target == current
                    ? null
                    : await gates.RequireAsync(key, command.Alias, version, current, command.RequestedBy, [], cancellationToken);
                var write = RegistryStatements.Begin(model, null).AddOperation(key, command.OperationId, operation, null, clock.WallNow);
                return target == current ? write : write.MoveAlias(key, new AliasChange
                {
                    Alias = command.Alias,
                    From = current,
                    To = target,
                    Rollback = held,
                    Reason = command.Reason,
                    RequestedBy = command.RequestedBy,
                    Evaluation = evaluation,
                    At = clock.WallNow,
                });
            },
            cancellationToken);
    }
}
