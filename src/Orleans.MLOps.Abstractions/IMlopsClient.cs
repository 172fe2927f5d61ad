using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Features;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Models;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Training;

namespace Orleans.MLOps;

/// <summary>The platform as .NET services use it: the same interface co-hosted in a silo and over gRPC. Thread-safe.</summary>
public interface IMlopsClient
{
    /// <summary>Datasets.</summary>
    IDatasetsClient Datasets { get; }

    /// <summary>Features.</summary>
    IFeaturesClient Features { get; }

    /// <summary>Pipelines.</summary>
    IPipelinesClient Pipelines { get; }

    /// <summary>Experiments.</summary>
    IExperimentsClient Experiments { get; }

    /// <summary>Models.</summary>
    IModelsClient Models { get; }

    /// <summary>Training.</summary>
    ITrainingClient Training { get; }

    /// <summary>Serving.</summary>
    IServingClient Serving { get; }

    /// <summary>Monitoring.</summary>
    IMonitoringClient Monitoring { get; }

    /// <summary>Listings.</summary>
    ICatalogClient Catalog { get; }

    /// <summary>The cluster's silos.</summary>
    ISilosClient Silos { get; }
}
