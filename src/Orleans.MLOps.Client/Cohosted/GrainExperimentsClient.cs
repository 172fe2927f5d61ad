using Orleans.MLOps.Client.Errors;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainExperimentsClient(IGrainFactory grains, IBlobStore blobs, GrainCalls calls) : IExperimentsClient
{
    public Task<ExperimentInfo> CreateAsync(string name, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Directory(project, name).Create(new() { Project = project, Name = name }, cancellationToken), cancellationToken);

    public Task<ExperimentInfo[]> ListAsync(string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Search().ListExperiments(project, cancellationToken), cancellationToken);

    public Task SetLifecycleAsync(long experimentId, Lifecycle lifecycle, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Experiment(experimentId).SetLifecycle(lifecycle, cancellationToken), cancellationToken);

    public Task<RunInfo> StartRunAsync(StartRun command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var runId = command.RunId ?? Guid.NewGuid().ToString("N");
        return calls.RepeatAsync(() => Run(runId).Start(command with { RunId = runId }, cancellationToken), cancellationToken);
    }

    public Task LogAsync(string runId, LogBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return GrainCalls.OnceAsync(static (run, batch, token) => run.Log(batch, token), Run(runId), batch, cancellationToken);
    }

    public Task EndRunAsync(string runId, RunStatus status = RunStatus.Finished, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Run(runId).End(status, cancellationToken), cancellationToken);

    public Task<RunInfo> GetRunAsync(string runId, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Run(runId).Get(cancellationToken), cancellationToken);

    public Task<RunPage> SearchAsync(RunQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => Search().Search(query, cancellationToken), cancellationToken);
    }

    public Task<MetricHistory> GetMetricHistoryAsync(MetricHistoryQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => Run(query.RunId).GetMetricHistory(query, cancellationToken), cancellationToken);
    }

    public async Task<ArtifactInfo> LogArtifactAsync(string runId, string path, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var run = Run(runId);
        var staged = await blobs.StageAsync(content, cancellationToken).ConfigureAwait(false);
        try
        {
            return await calls.RepeatAsync(() => run.LogArtifact(path, staged, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsException error) when (TypedErrors.IsFinal(error))
        {
            await blobs.AbandonAsync(staged, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    public Task<ArtifactInfo[]> ListArtifactsAsync(string runId, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Run(runId).ListArtifacts(cancellationToken), cancellationToken);

    private IExperimentDirectoryGrain Directory(string project, string name) =>
        grains.GetGrain<IExperimentDirectoryGrain>(new ExperimentDirectoryKey(project, name).ToString());

    private IExperimentGrain Experiment(long id) => grains.GetGrain<IExperimentGrain>(new ExperimentKey(id).ToString());

    private IRunGrain Run(string runId) => grains.GetGrain<IRunGrain>(new RunKey(runId).ToString());

    private IRunSearchGrain Search() => grains.GetGrain<IRunSearchGrain>(ServiceGrainKeys.RunSearch);
}
