using Orleans.Concurrency;

namespace Orleans.MLOps.Experiments;

/// <summary>Searches over experiments, runs and logged models; stateless and read-only. Key: <c>runs/search</c>.</summary>
[Alias("mlops.experiments.run-search-grain")]
public interface IRunSearchGrain : IGrainWithStringKey
{
    /// <summary>One page of runs; <see cref="InvalidInputException"/> if the filter, order or token is not understood.</summary>
    [ReadOnly]
    [Alias("search")]
    Task<RunPage> Search(RunQuery query, CancellationToken cancellationToken = default);

    /// <summary>How many runs match; order, limit and token are not read.</summary>
    [ReadOnly]
    [Alias("count")]
    Task<long> Count(RunQuery query, CancellationToken cancellationToken = default);

    /// <summary>One page of experiments.</summary>
    [ReadOnly]
    [Alias("search-experiments")]
    Task<ExperimentPage> SearchExperiments(ExperimentQuery query, CancellationToken cancellationToken = default);

    /// <summary>The active experiments of a project, newest first, at most 1000.</summary>
    [ReadOnly]
    [Alias("list-experiments")]
    Task<ExperimentInfo[]> ListExperiments(string project, CancellationToken cancellationToken = default);

    /// <summary>One page of logged models that are not deleted.</summary>
    [ReadOnly]
    [Alias("search-logged-models")]
    Task<LoggedModelPage> SearchLoggedModels(LoggedModelQuery query, CancellationToken cancellationToken = default);

    /// <summary>Each different dataset version and purpose once, by experiment, name, digest and purpose; <see cref="InvalidInputException"/> if the limit is not allowed.</summary>
    [ReadOnly]
    [Alias("search-datasets")]
    Task<UsedDataset[]> SearchDatasets(UsedDatasetsQuery query, CancellationToken cancellationToken = default);
}
