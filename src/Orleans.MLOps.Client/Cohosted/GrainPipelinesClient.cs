using Orleans.MLOps.Pipelines;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainPipelinesClient(IGrainFactory grains) : IPipelinesClient
{
    public Task ConfigureAsync(ContinuousTrainingPolicy policy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Pipeline(policy.Project, policy.Endpoint).Configure(policy, cancellationToken);
    }

    public Task DisableAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) =>
        Pipeline(project, endpoint).Disable(cancellationToken);

    public Task WakeAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) =>
        Pipeline(project, endpoint).Wake(cancellationToken);

    public Task<PipelineRunInfo?> GetActiveRunAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) =>
        Pipeline(project, endpoint).GetActiveRun(cancellationToken);

    public Task<PipelineRunInfo[]> ListRunsAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) =>
        CatalogRecords.OldestFirstAsync<PipelineRunInfo>(grains, "pipeline-run", new(project, endpoint), cancellationToken);

    private IPipelineGrain Pipeline(string project, string endpoint) => grains.GetGrain<IPipelineGrain>(new PipelineKey(project, endpoint).ToString());
}
