using Orleans.Concurrency;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Grains.Experiments;

[StatelessWorker, GrainType("mlops-run-search")]
internal sealed class RunSearchGrain(RunSearch search, ExperimentTables experiments) : Grain, IRunSearchGrain
{
    public Task<RunPage> Search(RunQuery query, CancellationToken cancellationToken) => search.SearchAsync(query, cancellationToken);

    public Task<ExperimentInfo[]> ListExperiments(string project, CancellationToken cancellationToken) =>
        experiments.ListActiveAsync(project, cancellationToken);
}
