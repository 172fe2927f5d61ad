using Orleans.MLOps.Features;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainFeaturesClient(KnownGrains grains, GrainCalls calls) : IFeaturesClient
{
    public Task<FeatureViewInfo> ApplyAsync(
        FeatureViewDefinition definition, string dataset, string datasetDigest, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return calls.RepeatAsync(
            () => View(definition.Project, definition.Name).Apply(definition, dataset, datasetDigest, cancellationToken), cancellationToken);
    }

    public Task<FeatureViewInfo> GetAsync(string name, int? version = null, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => View(project, name).Get(version, cancellationToken), cancellationToken);

    public Task<FeatureFrame> MaterializeAsync(MaterializeView command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return calls.RepeatAsync(() => View(command.Project, command.Name).Materialize(command, cancellationToken), cancellationToken);
    }

    private IFeatureViewGrain View(string project, string name) => grains.Get<IFeatureViewGrain>(new FeatureViewKey(project, name).ToString());
}
