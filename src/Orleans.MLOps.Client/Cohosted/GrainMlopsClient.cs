using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Features;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Models;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Client.Cohosted;

/// <summary>The platform from inside its own process or cluster: grain calls, and bytes straight to the blob store.</summary>
internal sealed class GrainMlopsClient(IGrainFactory grains, IBlobStore blobs, TimeProvider clock) : IMlopsClient
{
    public IDatasetsClient Datasets { get; } = new GrainDatasetsClient(grains, blobs, clock);

    public IFeaturesClient Features { get; } = new GrainFeaturesClient(grains);

    public IPipelinesClient Pipelines { get; } = new GrainPipelinesClient(grains);

    public IExperimentsClient Experiments { get; } = new GrainExperimentsClient(grains, blobs);

    public IModelsClient Models { get; } = new GrainModelsClient(grains);

    public ITrainingClient Training { get; } = new GrainTrainingClient(grains, clock);

    public IServingClient Serving { get; } = new GrainServingClient(grains);

    public IMonitoringClient Monitoring { get; } = new GrainMonitoringClient(grains);

    public ICatalogClient Catalog { get; } = new GrainCatalogClient(grains);
}
