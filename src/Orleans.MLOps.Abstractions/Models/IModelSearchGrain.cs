using Orleans.Concurrency;

namespace Orleans.MLOps.Models;

/// <summary>Searches over the registry; stateless and read-only. Key: <c>models/search</c>.</summary>
[Alias("mlops.models.model-search-grain")]
public interface IModelSearchGrain : IGrainWithStringKey
{
    /// <summary>One page of registered models.</summary>
    [ReadOnly]
    [Alias("search")]
    Task<ModelPage> Search(ModelQuery query, CancellationToken cancellationToken = default);

    /// <summary>One page of versions of all models.</summary>
    [ReadOnly]
    [Alias("search-versions")]
    Task<ModelVersionPage> SearchVersions(ModelVersionQuery query, CancellationToken cancellationToken = default);

    /// <summary>The newest version of each stage of some models.</summary>
    [ReadOnly]
    [Alias("list-latest-versions")]
    Task<ModelVersionInfo[]> ListLatestVersions(LatestVersionsQuery query, CancellationToken cancellationToken = default);
}
