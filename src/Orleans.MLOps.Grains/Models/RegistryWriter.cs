using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Models;

/// <summary>
/// Writes decisions. Each rests on rows that were read after the model's revision and is written only while the model still has that
/// revision, so it is right even if two activations decide at once; the one that comes second decides again.
/// </summary>
internal sealed class RegistryWriter(ITables tables, RegistryTables registry)
{
    private const int Attempts = 8;

    /// <summary>Changes a model that exists; a decision of null changes nothing.</summary>
    /// <exception cref="NotFoundException">There is no such model.</exception>
    public Task ChangeAsync(ModelKey key, Func<RegisteredModelRow, Task<TableWrite?>> decide, CancellationToken cancellationToken) => ChangeOrCreateAsync(
        key,
        async model => await decide(model ?? await registry.RequireAsync(key, cancellationToken)),
        cancellationToken);

    /// <summary>Changes a model that may not exist yet.</summary>
    /// <exception cref="UnavailableException">Others wrote to it in between each time.</exception>
    public async Task ChangeOrCreateAsync(ModelKey key, Func<RegisteredModelRow?, Task<TableWrite?>> decide, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var model = await registry.FindAsync(key, cancellationToken);
            if (await decide(model) is not { } write || await TryWriteAsync(key, model, write, cancellationToken))
            {
                return;
            }
        }

        throw new UnavailableException($"Model '{key.Name}' of project '{key.Project}' was changed by others {Attempts} times in between; repeat the command.");
    }

    private async Task<bool> TryWriteAsync(ModelKey key, RegisteredModelRow? model, TableWrite write, CancellationToken cancellationToken)
    {
        try
        {
            return (await tables.WriteAsync(write, cancellationToken)).Applied;
        }
        catch (MLOpsException error) when (error.Code is ErrorCode.AlreadyExists or ErrorCode.FailedPrecondition)
        {
            // A cluster's store sends all statements at once, so a later one may run into what others wrote before the revision is looked at.
            if ((await registry.FindAsync(key, cancellationToken))?.Revision == model?.Revision)
            {
                throw;
            }

            return false;
        }
    }
}
