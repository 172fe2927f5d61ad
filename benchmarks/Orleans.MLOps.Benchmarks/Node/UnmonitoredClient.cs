using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Features;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Models;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Benchmarks.Node;

/// <summary>The node's own client with <see cref="UnmonitoredServing"/> in its place.</summary>
internal sealed class UnmonitoredClient(IMlopsClient inner, IGrainFactory grains) : IMlopsClient
{
    public IDatasetsClient Datasets => inner.Datasets;

    public IFeaturesClient Features => inner.Features;

    public IPipelinesClient Pipelines => inner.Pipelines;

    public IExperimentsClient Experiments => inner.Experiments;

    public IModelsClient Models => inner.Models;

    public ITrainingClient Training => inner.Training;

    public IServingClient Serving { get; } = new UnmonitoredServing(inner.Serving, grains);

    public IMonitoringClient Monitoring => inner.Monitoring;

    public ICatalogClient Catalog => inner.Catalog;

    public ISilosClient Silos => inner.Silos;
}
