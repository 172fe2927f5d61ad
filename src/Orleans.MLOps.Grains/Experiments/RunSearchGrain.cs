using Orleans.Concurrency;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Grains.Experiments;

[StatelessWorker, GrainType("mlops-run-search")]
internal sealed class RunSearchGrain(RunSearch search, ExperimentTables experiments) : Grain, IRunSearchGrain
{
    public Task<RunPage> Search(RunQuery query, CancellationToken cancellationToken) => search.SearchAsync(query, cancellationToken);

    public Task<long> Count(RunQuery query, CancellationToken cancellationToken) => RunSearch.CountAsync(query, cancellationToken);

    public Task<ExperimentPage> SearchExperiments(ExperimentQuery query, CancellationToken cancellationToken) =>
        RunSearch.SearchExperimentsAsync(query, cancellationToken);

    public Task<ExperimentInfo[]> ListExperiments(string project, CancellationToken cancellationToken) =>
        experiments.ListActiveAsync(project, cancellationToken);

    public Task<LoggedModelPage> SearchLoggedModels(LoggedModelQuery query, CancellationToken cancellationToken) =>
        RunSearch.SearchLoggedModelsAsync(query, cancellationToken);
}
