using Orleans.Concurrency;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

[StatelessWorker, GrainType("mlops-model-search")]
internal sealed class ModelSearchGrain(ModelSearch search) : Grain, IModelSearchGrain
{
    public Task<ModelPage> Search(ModelQuery query, CancellationToken cancellationToken) => search.SearchAsync(query, cancellationToken);

    public Task<ModelVersionPage> SearchVersions(ModelVersionQuery query, CancellationToken cancellationToken) =>
        search.SearchVersionsAsync(query, cancellationToken);

    public Task<ModelVersionInfo[]> ListLatestVersions(LatestVersionsQuery query, CancellationToken cancellationToken) =>
        search.ListLatestAsync(query, cancellationToken);
}
