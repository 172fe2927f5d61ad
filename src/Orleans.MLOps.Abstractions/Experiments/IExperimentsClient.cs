namespace Orleans.MLOps.Experiments;

/// <summary>Experiments and runs through the SDK.</summary>
public interface IExperimentsClient
{
    /// <summary>Creates an experiment or finds it. Idempotent, unless it must be new.</summary>
    Task<ExperimentInfo> CreateAsync(CreateExperiment command, CancellationToken cancellationToken = default);

    /// <summary>An experiment, deleted or not; <see cref="NotFoundException"/> if it does not exist.</summary>
    Task<ExperimentInfo> GetAsync(long experimentId, CancellationToken cancellationToken = default);

    /// <summary>The experiment of a name, deleted or not; <see cref="NotFoundException"/> if there is none.</summary>
    Task<ExperimentInfo> FindAsync(string name, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Renames an experiment or changes its tags. Idempotent unless it removes tags; then it is sent once.</summary>
    Task<ExperimentInfo> UpdateAsync(UpdateExperiment command, CancellationToken cancellationToken = default);

    /// <summary>The active experiments, newest first.</summary>
    Task<ExperimentInfo[]> ListAsync(string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Finds experiments.</summary>
    Task<ExperimentPage> SearchExperimentsAsync(ExperimentQuery query, CancellationToken cancellationToken = default);

    /// <summary>Deletes or restores an experiment. Idempotent.</summary>
    Task SetLifecycleAsync(long experimentId, Lifecycle lifecycle, CancellationToken cancellationToken = default);

    /// <summary>Removes a deleted experiment for good, with its runs, logged models and files. Idempotent.</summary>
    Task PurgeAsync(long experimentId, CancellationToken cancellationToken = default);

    /// <summary>Starts a run. Idempotent when RunId is given.</summary>
    Task<RunInfo> StartRunAsync(StartRun command, CancellationToken cancellationToken = default);

    /// <summary>Writes params, tags and metrics together; durable when it returns. Repeated on failures when the batch has an operation id.</summary>
    Task LogAsync(string runId, LogBatch batch, CancellationToken cancellationToken = default);

    /// <summary>Records the dataset versions and logged models that a run used and made. Idempotent.</summary>
    Task LogInputsAsync(string runId, LogInputs inputs, CancellationToken cancellationToken = default);

    /// <summary>Changes a run's name, status or end, or takes tags away.</summary>
    Task<RunInfo> UpdateRunAsync(string runId, UpdateRun command, CancellationToken cancellationToken = default);

    /// <summary>Ends a run, also one that was failed for want of heartbeats. Idempotent.</summary>
    Task EndRunAsync(string runId, RunStatus status = RunStatus.Finished, CancellationToken cancellationToken = default);

    /// <summary>Keeps a run alive for so long, and revives one that was failed for want of heartbeats. Idempotent.</summary>
    Task HeartbeatAsync(string runId, TimeSpan within, CancellationToken cancellationToken = default);

    /// <summary>Deletes or restores a run. Idempotent.</summary>
    Task SetRunLifecycleAsync(string runId, Lifecycle lifecycle, CancellationToken cancellationToken = default);

    /// <summary>Removes a deleted run for good, with its files. Idempotent.</summary>
    Task PurgeRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>A run with params, tags and latest metrics.</summary>
    Task<RunInfo> GetRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>Finds runs.</summary>
    Task<RunPage> SearchAsync(RunQuery query, CancellationToken cancellationToken = default);

    /// <summary>How many runs match; order, limit and token are not read.</summary>
    Task<long> CountAsync(RunQuery query, CancellationToken cancellationToken = default);

    /// <summary>Points of one metric.</summary>
    Task<MetricHistory> GetMetricHistoryAsync(MetricHistoryQuery query, CancellationToken cancellationToken = default);

    /// <summary>A metric's curve with few points that keeps its extremes.</summary>
    Task<MetricSamples> GetMetricSamplesAsync(MetricSamplesQuery query, CancellationToken cancellationToken = default);

    /// <summary>Adds a file to a run or logged model by streaming.</summary>
    Task<ArtifactInfo> LogArtifactAsync(string owner, string path, Stream content, CancellationToken cancellationToken = default);

    /// <summary>Writes a file's bytes to <paramref name="target"/>.</summary>
    Task DownloadArtifactAsync(string owner, string path, Stream target, CancellationToken cancellationToken = default);

    /// <summary>A file of a run or logged model; <see cref="NotFoundException"/> if there is none at the path.</summary>
    Task<ArtifactInfo> FindArtifactAsync(string owner, string path, CancellationToken cancellationToken = default);

    /// <summary>One page of the files of a run or logged model, or of what stands directly in a folder.</summary>
    Task<ArtifactPage> ListArtifactPageAsync(ArtifactQuery query, CancellationToken cancellationToken = default);

    /// <summary>All files of a run or logged model, by path. Over gRPC they come page by page, so files added meanwhile may be among them.</summary>
    Task<ArtifactInfo[]> ListArtifactsAsync(string owner, CancellationToken cancellationToken = default);

    /// <summary>Files and folders directly in a folder; "" is the root. Over gRPC they come page by page.</summary>
    Task<ArtifactFolder> ListArtifactFolderAsync(string owner, string folder, CancellationToken cancellationToken = default);

    /// <summary>Removes a file, or all files of a folder; "" removes all. Returns how many were removed; a repeat removes none.</summary>
    Task<int> DeleteArtifactsAsync(string owner, string path, CancellationToken cancellationToken = default);

    /// <summary>Creates a logged model. Idempotent when ModelId is given.</summary>
    Task<LoggedModelInfo> CreateLoggedModelAsync(CreateLoggedModel command, CancellationToken cancellationToken = default);

    /// <summary>Changes a logged model. Idempotent unless it removes tags; then it is sent once.</summary>
    Task<LoggedModelInfo> UpdateLoggedModelAsync(string modelId, UpdateLoggedModel command, CancellationToken cancellationToken = default);

    /// <summary>A logged model, deleted or not.</summary>
    Task<LoggedModelInfo> GetLoggedModelAsync(string modelId, CancellationToken cancellationToken = default);

    /// <summary>Finds logged models.</summary>
    Task<LoggedModelPage> SearchLoggedModelsAsync(LoggedModelQuery query, CancellationToken cancellationToken = default);

    /// <summary>Which datasets active runs used: each different version and purpose once, by experiment, name, digest and purpose.</summary>
    Task<UsedDataset[]> SearchDatasetsAsync(UsedDatasetsQuery query, CancellationToken cancellationToken = default);
}
