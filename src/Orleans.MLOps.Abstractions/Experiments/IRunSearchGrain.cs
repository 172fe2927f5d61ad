using Orleans.Concurrency;

namespace Orleans.MLOps.Experiments;

/// <summary>Searches over runs; stateless and read-only. Key: <c>runs/search</c>.</summary>
[Alias("mlops.experiments.run-search-grain")]
public interface IRunSearchGrain : IGrainWithStringKey
{
    /// <summary>One page of runs. Refuses conditions that compare a text with a number.</summary>
    [ReadOnly]
    [Alias("search")]
    Task<RunPage> Search(RunQuery query, CancellationToken cancellationToken = default);

    /// <summary>The active experiments of a project, newest first, at most 1000.</summary>
    [ReadOnly]
    [Alias("list-experiments")]
    Task<ExperimentInfo[]> ListExperiments(string project, CancellationToken cancellationToken = default);
}
