namespace Orleans.MLOps.Experiments;

/// <summary>Experiments and runs through the SDK.</summary>
public interface IExperimentsClient
{
    /// <summary>Creates an experiment or finds it. Idempotent.</summary>
    Task<ExperimentInfo> CreateAsync(string name, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>The active experiments, newest first.</summary>
    Task<ExperimentInfo[]> ListAsync(string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Deletes or restores an experiment. Idempotent.</summary>
    Task SetLifecycleAsync(long experimentId, Lifecycle lifecycle, CancellationToken cancellationToken = default);

    /// <summary>Starts a run. Idempotent when RunId is given.</summary>
    Task<RunInfo> StartRunAsync(StartRun command, CancellationToken cancellationToken = default);

    /// <summary>Writes params, tags and metrics together; durable when it returns.</summary>
    Task LogAsync(string runId, LogBatch batch, CancellationToken cancellationToken = default);

    /// <summary>Ends a run. Idempotent.</summary>
    Task EndRunAsync(string runId, RunStatus status = RunStatus.Finished, CancellationToken cancellationToken = default);

    /// <summary>A run with params, tags and latest metrics.</summary>
    Task<RunInfo> GetRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>Finds runs.</summary>
    Task<RunPage> SearchAsync(RunQuery query, CancellationToken cancellationToken = default);

    /// <summary>Points of one metric in commit order.</summary>
    Task<MetricHistory> GetMetricHistoryAsync(MetricHistoryQuery query, CancellationToken cancellationToken = default);

    /// <summary>Adds a file to a run by streaming.</summary>
    Task<ArtifactInfo> LogArtifactAsync(string runId, string path, Stream content, CancellationToken cancellationToken = default);

    /// <summary>The files of a run.</summary>
    Task<ArtifactInfo[]> ListArtifactsAsync(string runId, CancellationToken cancellationToken = default);
}
