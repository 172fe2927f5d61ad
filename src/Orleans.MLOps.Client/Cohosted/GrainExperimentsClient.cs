using Orleans.MLOps.Client.Errors;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainExperimentsClient(IGrainFactory grains, IBlobStore blobs) : IExperimentsClient
{
    public Task<ExperimentInfo> CreateAsync(string name, string project = "default", CancellationToken cancellationToken = default) =>
        grains.GetGrain<IExperimentDirectoryGrain>(new ExperimentDirectoryKey(project, name).ToString())
            .Create(new() { Project = project, Name = name }, cancellationToken);

    public Task<ExperimentInfo[]> ListAsync(string project = "default", CancellationToken cancellationToken = default) =>
        Search().ListExperiments(project, cancellationToken);

    public Task SetLifecycleAsync(long experimentId, Lifecycle lifecycle, CancellationToken cancellationToken = default) =>
        grains.GetGrain<IExperimentGrain>(new ExperimentKey(experimentId).ToString()).SetLifecycle(lifecycle, cancellationToken);

    public Task<RunInfo> StartRunAsync(StartRun command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var runId = command.RunId ?? Guid.NewGuid().ToString("N");
        return Run(runId).Start(command with { RunId = runId }, cancellationToken);
    }

    public Task LogAsync(string runId, LogBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Run(runId).Log(batch, cancellationToken);
    }

    public Task EndRunAsync(string runId, RunStatus status = RunStatus.Finished, CancellationToken cancellationToken = default) =>
        Run(runId).End(status, cancellationToken);

    public Task<RunInfo> GetRunAsync(string runId, CancellationToken cancellationToken = default) => Run(runId).Get(cancellationToken);

    public Task<RunPage> SearchAsync(RunQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Search().Search(query, cancellationToken);
    }

    public Task<MetricHistory> GetMetricHistoryAsync(MetricHistoryQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Run(query.RunId).GetMetricHistory(query, cancellationToken);
    }

    public async Task<ArtifactInfo> LogArtifactAsync(string runId, string path, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var run = Run(runId);
        var staged = await blobs.StageAsync(content, cancellationToken).ConfigureAwait(false);
        try
        {
            return await run.LogArtifact(path, staged, cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsException error) when (TypedErrors.IsFinal(error))
        {
            await blobs.AbandonAsync(staged, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    public Task<ArtifactInfo[]> ListArtifactsAsync(string runId, CancellationToken cancellationToken = default) => Run(runId).ListArtifacts(cancellationToken);

    private IRunGrain Run(string runId) => grains.GetGrain<IRunGrain>(new RunKey(runId).ToString());

    private IRunSearchGrain Search() => grains.GetGrain<IRunSearchGrain>(ServiceGrainKeys.RunSearch);
}
