using Orleans.MLOps.Pipelines;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainPipelinesClient(KnownGrains grains, CatalogRecords records, GrainCalls calls) : IPipelinesClient
{
    public Task ConfigureAsync(ContinuousTrainingPolicy policy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return calls.RepeatAsync(() => Pipeline(policy.Project, policy.Endpoint).Configure(policy, cancellationToken), cancellationToken);
    }

    public Task DisableAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Pipeline(project, endpoint).Disable(cancellationToken), cancellationToken);

    public Task WakeAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Pipeline(project, endpoint).Wake(cancellationToken), cancellationToken);

    public Task<PipelineRunInfo?> GetActiveRunAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Pipeline(project, endpoint).GetActiveRun(cancellationToken), cancellationToken);

    public Task<PipelineRunInfo[]> ListRunsAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) =>
        records.OldestFirstAsync<PipelineRunInfo>("pipeline-run", new(project, endpoint), cancellationToken);

    private IPipelineGrain Pipeline(string project, string endpoint) => grains.Get<IPipelineGrain>(new PipelineKey(project, endpoint).ToString());
}
