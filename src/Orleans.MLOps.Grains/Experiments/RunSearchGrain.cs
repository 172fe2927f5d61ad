using Orleans.Concurrency;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments.Search;

namespace Orleans.MLOps.Grains.Experiments;

[StatelessWorker, GrainType("mlops-run-search")]
internal sealed class RunSearchGrain(RunSearch runs, ExperimentSearch experiments, LoggedModelSearch models, DatasetSearch datasets, ExperimentTables tables)
    : Grain, IRunSearchGrain
{
    public Task<RunPage> Search(RunQuery query, CancellationToken cancellationToken) => runs.SearchAsync(query, cancellationToken);

    public Task<long> Count(RunQuery query, CancellationToken cancellationToken) => runs.CountAsync(query, cancellationToken);

    public Task<ExperimentPage> SearchExperiments(ExperimentQuery query, CancellationToken cancellationToken) =>
        experiments.SearchAsync(query, cancellationToken);

    public Task<ExperimentInfo[]> ListExperiments(string project, CancellationToken cancellationToken) =>
        tables.ListActiveAsync(project, cancellationToken);

    public Task<LoggedModelPage> SearchLoggedModels(LoggedModelQuery query, CancellationToken cancellationToken) =>
        models.SearchAsync(query, cancellationToken);

    public Task<UsedDataset[]> SearchDatasets(UsedDatasetsQuery query, CancellationToken cancellationToken) =>
        datasets.SearchAsync(query, cancellationToken);
}
