using Orleans.MLOps.Client.Grpc.Gateways;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Features;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Models;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Client.Grpc;

/// <summary>
/// The platform over gRPC: the same interface and the same typed exceptions as co-hosted. A call that got no answer in time
/// throws <see cref="TimeoutException"/>, one that found no gateway <see cref="UnavailableException"/>, both after the repeats that
/// <see cref="GrpcClientOptions"/> allows. Thread-safe; one instance a process is enough.
/// </summary>
public sealed class GrpcMlopsClient : IMlopsClient, IDisposable
{
    private readonly GatewayPool gateways;

    internal GrpcMlopsClient(GrpcClientOptions options, TimeProvider clock)
    {
        gateways = GatewayChannels.Open(options, clock);
        var invoker = ApiKeyCredentials.Attach(gateways.CreateInvoker(), options);
        var calls = new GrpcCalls(options, clock);
        Datasets = new GrpcDatasetsClient(new(invoker), calls);
        Features = new GrpcFeaturesClient(new(invoker), calls);
        Pipelines = new GrpcPipelinesClient(new(invoker), calls);
        Experiments = new GrpcExperimentsClient(new(invoker), Datasets, calls);
        Models = new GrpcModelsClient(new(invoker), calls);
        Training = new GrpcTrainingClient(new(invoker), calls);
        Serving = new GrpcServingClient(new(invoker), () => new(ApiKeyCredentials.Attach(gateways.CreateInvokerApart(), options)), calls);
        Monitoring = new GrpcMonitoringClient(new(invoker), calls);
        Catalog = new GrpcCatalogClient(new(invoker), calls);
        Silos = new GrpcSilosClient(new(invoker), calls);
    }

    /// <inheritdoc/>
    public IDatasetsClient Datasets { get; }

    /// <inheritdoc/>
    public IFeaturesClient Features { get; }

    /// <inheritdoc/>
    public IPipelinesClient Pipelines { get; }

    /// <inheritdoc/>
    public IExperimentsClient Experiments { get; }

    /// <inheritdoc/>
    public IModelsClient Models { get; }

    /// <inheritdoc/>
    public ITrainingClient Training { get; }

    /// <inheritdoc/>
    public IServingClient Serving { get; }

    /// <inheritdoc/>
    public IMonitoringClient Monitoring { get; }

    /// <inheritdoc/>
    public ICatalogClient Catalog { get; }

    /// <inheritdoc/>
    public ISilosClient Silos { get; }

    /// <summary>Closes the connections; calls under way fail.</summary>
    public void Dispose() => gateways.Dispose();
}
