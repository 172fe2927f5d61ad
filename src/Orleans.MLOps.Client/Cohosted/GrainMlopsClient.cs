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
internal sealed class GrainMlopsClient(KnownGrains grains, IBlobStore blobs, TimeProvider clock, GrainCalls calls) : IMlopsClient
{
    public IDatasetsClient Datasets { get; } = new GrainDatasetsClient(grains, blobs, clock, calls);

    public IFeaturesClient Features { get; } = new GrainFeaturesClient(grains, calls);

    public IPipelinesClient Pipelines { get; } = new GrainPipelinesClient(grains, Records(grains, clock, calls), calls);

    public IExperimentsClient Experiments { get; } = new GrainExperimentsClient(grains, blobs, calls);

    public IModelsClient Models { get; } = new GrainModelsClient(grains, blobs, calls);

    public ITrainingClient Training { get; } = new GrainTrainingClient(grains, clock, calls);

    public IServingClient Serving { get; } = new GrainServingClient(grains, clock, calls);

    public IMonitoringClient Monitoring { get; } = new GrainMonitoringClient(grains, Records(grains, clock, calls), calls);

    public ICatalogClient Catalog { get; } = new GrainCatalogClient(grains, calls);

    public ISilosClient Silos { get; } = new GrainSilosClient(grains, calls);

    private static CatalogRecords Records(KnownGrains grains, TimeProvider clock, GrainCalls calls) =>
        new(new GrainCatalogClient(grains, calls), new GrainServingClient(grains, clock, calls));
}
