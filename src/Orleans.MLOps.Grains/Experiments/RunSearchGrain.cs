using Orleans.Concurrency;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments.Search;

namespace Orleans.MLOps.Grains.Experiments;

[StatelessWorker, GrainType("mlops-run-search")]
internal sealed class RunSearchGrain(RunSearch runs, ExperimentSearch experiments, LoggedModelSearch models, DatasetSearch datasets, ExperimentTables tables, SearchGate gate)
    : Grain, IRunSearchGrain
{
    public Task<RunPage> Search(RunQuery query, CancellationToken cancellationToken) => gate.RunAsync(token => runs.SearchAsync(query, token), cancellationToken);

    public Task<long> Count(RunQuery query, CancellationToken cancellationToken) => gate.RunAsync(token => runs.CountAsync(query, token), cancellationToken);

    public Task<ExperimentPage> SearchExperiments(ExperimentQuery query, CancellationToken cancellationToken) =>
        gate.RunAsync(token => experiments.SearchAsync(query, token), cancellationToken);

    public Task<ExperimentInfo[]> ListExperiments(string project, CancellationToken cancellationToken) =>
        tables.ListActiveAsync(project, cancellationToken);

    public Task<LoggedModelPage> SearchLoggedModels(LoggedModelQuery query, CancellationToken cancellationToken) =>
        gate.RunAsync(token => models.SearchAsync(query, token), cancellationToken);

    public Task<UsedDataset[]> SearchDatasets(UsedDatasetsQuery query, CancellationToken cancellationToken) =>
        gate.RunAsync(token => datasets.SearchAsync(query, token), cancellationToken);
}
