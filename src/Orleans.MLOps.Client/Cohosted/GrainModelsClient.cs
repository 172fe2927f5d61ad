using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainModelsClient(IGrainFactory grains, GrainCalls calls) : IModelsClient
{
    public Task<ModelInfo> GetAsync(string model, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Model(project, model).Get(cancellationToken), cancellationToken);

    public Task<ModelVersionInfo> GetVersionAsync(string model, int version, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Model(project, model).GetVersion(version, cancellationToken), cancellationToken);

    public Task<ModelInfo> SetAliasAsync(SetAlias command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return calls.RepeatAsync(() => Model(command.Project, command.Model).SetAlias(command, cancellationToken), cancellationToken);
    }

    private IModelGrain Model(string project, string model) => grains.GetGrain<IModelGrain>(new ModelKey(project, model).ToString());
}
