using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainModelsClient(IGrainFactory grains) : IModelsClient
{
    public Task<ModelInfo> GetAsync(string model, string project = "default", CancellationToken cancellationToken = default) =>
        Model(project, model).Get(cancellationToken);

    public Task<ModelVersionInfo> GetVersionAsync(string model, int version, string project = "default", CancellationToken cancellationToken = default) =>
        Model(project, model).GetVersion(version, cancellationToken);

    public Task<ModelInfo> SetAliasAsync(SetAlias command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Model(command.Project, command.Model).SetAlias(command, cancellationToken);
    }

    private IModelGrain Model(string project, string model) => grains.GetGrain<IModelGrain>(new ModelKey(project, model).ToString());
}
