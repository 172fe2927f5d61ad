using Orleans.Concurrency;
using Orleans.MLOps.Grains.Experiments.Search;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

[StatelessWorker, GrainType("mlops-model-search")]
internal sealed class ModelSearchGrain(ModelSearch search, SearchGate gate) : Grain, IModelSearchGrain
{
    public Task<ModelPage> Search(ModelQuery query, CancellationToken cancellationToken) => gate.RunAsync(token => search.SearchAsync(query, token), cancellationToken);

    public Task<ModelVersionPage> SearchVersions(ModelVersionQuery query, CancellationToken cancellationToken) =>
        gate.RunAsync(token => search.SearchVersionsAsync(query, token), cancellationToken);

    public Task<ModelVersionInfo[]> ListLatestVersions(LatestVersionsQuery query, CancellationToken cancellationToken) =>
        search.ListLatestAsync(query, cancellationToken);
}
