using Orleans.MLOps.Client.Errors;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainExperimentsClient(KnownGrains grains, IBlobStore blobs, GrainCalls calls) : IExperimentsClient
{
    public Task<ExperimentInfo> CreateAsync(CreateExperiment command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var directory = Directory(command.Project, command.Name);
        return command.MustBeNew
            ? GrainCalls.OnceAsync(static (grain, given, token) => grain.Create(given, token), directory, command, cancellationToken)
            : calls.RepeatAsync(() => directory.Create(command, cancellationToken), cancellationToken);
    }

    public Task<ExperimentInfo> GetAsync(long experimentId, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Experiment(experimentId).Get(cancellationToken), cancellationToken);

    public Task<ExperimentInfo> FindAsync(string name, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Directory(project, name).Find(name, cancellationToken), cancellationToken);

    public Task<ExperimentInfo> UpdateAsync(UpdateExperiment command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var experiment = Experiment(command.ExperimentId);

        // A repeat would not find the tags that a call without an answer has removed.
        return command.DeleteTags.Length > 0
            ? GrainCalls.OnceAsync(static (grain, given, token) => grain.Update(given, token), experiment, command, cancellationToken)
            : calls.RepeatAsync(() => experiment.Update(command, cancellationToken), cancellationToken);
    }

    public Task<ExperimentInfo[]> ListAsync(string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Search().ListExperiments(project, cancellationToken), cancellationToken);

    public Task<ExperimentPage> SearchExperimentsAsync(ExperimentQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => Search().SearchExperiments(query, cancellationToken), cancellationToken);
    }

    public Task SetLifecycleAsync(long experimentId, Lifecycle lifecycle, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Experiment(experimentId).SetLifecycle(lifecycle, cancellationToken), cancellationToken);

    public Task PurgeAsync(long experimentId, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Experiment(experimentId).Purge(cancellationToken), cancellationToken);

    public Task<RunInfo> StartRunAsync(StartRun command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var runId = command.RunId ?? Guid.NewGuid().ToString("N");
        return calls.RepeatAsync(() => Run(runId).Start(command with { RunId = runId }, cancellationToken), cancellationToken);
    }

    public Task LogAsync(string runId, LogBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.OperationId is null
            ? GrainCalls.OnceAsync(static (run, batch, token) => run.Log(batch, token), Run(runId), batch, cancellationToken)
            : calls.RepeatAsync(() => Run(runId).Log(batch, cancellationToken), cancellationToken);
    }

    public Task LogInputsAsync(string runId, LogInputs inputs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return calls.RepeatAsync(() => Run(runId).LogInputs(inputs, cancellationToken), cancellationToken);
    }

    public Task<RunInfo> UpdateRunAsync(string runId, UpdateRun command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return GrainCalls.OnceAsync(static (run, given, token) => run.Update(given, token), Run(runId), command, cancellationToken);
    }

    public Task EndRunAsync(string runId, RunStatus status = RunStatus.Finished, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Run(runId).End(status, cancellationToken), cancellationToken);

    public Task HeartbeatAsync(string runId, TimeSpan within, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Run(runId).Heartbeat(within, cancellationToken), cancellationToken);

    public Task SetRunLifecycleAsync(string runId, Lifecycle lifecycle, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Run(runId).SetLifecycle(lifecycle, cancellationToken), cancellationToken);

    public Task PurgeRunAsync(string runId, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Run(runId).Purge(cancellationToken), cancellationToken);

    public Task<RunInfo> GetRunAsync(string runId, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Run(runId).Get(cancellationToken), cancellationToken);

    public Task<RunPage> SearchAsync(RunQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => Search().Search(query, cancellationToken), cancellationToken);
    }

    public Task<long> CountAsync(RunQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => Search().Count(query, cancellationToken), cancellationToken);
    }

    public Task<MetricHistory> GetMetricHistoryAsync(MetricHistoryQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => Run(query.RunId).GetMetricHistory(query, cancellationToken), cancellationToken);
    }

    public Task<MetricSamples> GetMetricSamplesAsync(MetricSamplesQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => Run(query.RunId).GetMetricSamples(query, cancellationToken), cancellationToken);
    }

    public async Task<ArtifactInfo> LogArtifactAsync(string owner, string path, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var artifacts = Artifacts(owner);
        var staged = await blobs.StageAsync(content, cancellationToken).ConfigureAwait(false);
        try
        {
            return await calls.RepeatAsync(() => artifacts.Add(path, staged, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsException error) when (TypedErrors.IsFinal(error))
        {
            await blobs.AbandonAsync(staged, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    public async Task DownloadArtifactAsync(string owner, string path, Stream target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        var file = await FindArtifactAsync(owner, path, cancellationToken).ConfigureAwait(false);
        var content = await blobs.OpenReadAsync(file.Digest, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            await content.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task<ArtifactInfo> FindArtifactAsync(string owner, string path, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Artifacts(owner).Find(path, cancellationToken), cancellationToken);

    public Task<ArtifactPage> ListArtifactPageAsync(ArtifactQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => Artifacts(query.Owner).ListPage(query, cancellationToken), cancellationToken);
    }

    public Task<ArtifactInfo[]> ListArtifactsAsync(string owner, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Artifacts(owner).List(cancellationToken), cancellationToken);

    public Task<ArtifactFolder> ListArtifactFolderAsync(string owner, string folder, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Artifacts(owner).ListFolder(folder, cancellationToken), cancellationToken);

    public Task<int> DeleteArtifactsAsync(string owner, string path, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Artifacts(owner).Delete(path, cancellationToken), cancellationToken);

    public Task<LoggedModelInfo> CreateLoggedModelAsync(CreateLoggedModel command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var id = command.ModelId ?? $"m-{Guid.NewGuid():N}";
        return calls.RepeatAsync(() => LoggedModel(id).Create(command with { ModelId = id }, cancellationToken), cancellationToken);
    }

    public Task<LoggedModelInfo> UpdateLoggedModelAsync(string modelId, UpdateLoggedModel command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var model = LoggedModel(modelId);
        return command.DeleteTags.Length > 0
            ? GrainCalls.OnceAsync(static (grain, given, token) => grain.Update(given, token), model, command, cancellationToken)
            : calls.RepeatAsync(() => model.Update(command, cancellationToken), cancellationToken);
    }

    public Task<LoggedModelInfo> GetLoggedModelAsync(string modelId, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => LoggedModel(modelId).Get(cancellationToken), cancellationToken);

    public Task<LoggedModelPage> SearchLoggedModelsAsync(LoggedModelQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => Search().SearchLoggedModels(query, cancellationToken), cancellationToken);
    }

    public Task<UsedDataset[]> SearchDatasetsAsync(UsedDatasetsQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => Search().SearchDatasets(query, cancellationToken), cancellationToken);
    }

    private IExperimentDirectoryGrain Directory(string project, string name) =>
        grains.Get<IExperimentDirectoryGrain>(new ExperimentDirectoryKey(project, name).ToString());

    private IExperimentGrain Experiment(long id) => grains.Get<IExperimentGrain>(new ExperimentKey(id).ToString());

    private IRunGrain Run(string runId) => grains.Get<IRunGrain>(new RunKey(runId).ToString());

    private IArtifactsGrain Artifacts(string owner) => grains.Get<IArtifactsGrain>(new ArtifactsKey(owner).ToString());

    private ILoggedModelGrain LoggedModel(string modelId) => grains.Get<ILoggedModelGrain>(new LoggedModelKey(modelId).ToString());

    private IRunSearchGrain Search() => grains.Get<IRunSearchGrain>(ServiceGrainKeys.RunSearch);
}
