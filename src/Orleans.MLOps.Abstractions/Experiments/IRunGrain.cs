using Orleans.Concurrency;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Experiments;

/// <summary>A run. It caches nothing: every write carries its condition to the tables. Key: <see cref="RunKey"/>.</summary>
[Alias("mlops.experiments.run-grain")]
public interface IRunGrain : IGrainWithStringKey
{
    /// <summary>Starts the run. Idempotent; <see cref="FailedPreconditionException"/> if the experiment is deleted.</summary>
    [AlwaysInterleave]
    [Alias("start")]
    Task<RunInfo> Start(StartRun command, CancellationToken cancellationToken = default);

    /// <summary>Writes params, tags and metrics together or not at all; durable when it returns. <see cref="FailedPreconditionException"/> if the run has ended or a param has another value.</summary>
    [AlwaysInterleave]
    [Alias("log")]
    Task Log(LogBatch batch, CancellationToken cancellationToken = default);

    /// <summary>Ends the run. Idempotent for the same status.</summary>
    [AlwaysInterleave]
    [Alias("end")]
    Task End(RunStatus status, CancellationToken cancellationToken = default);

    /// <summary>Adds a file; the same path with the same bytes is a no-op, with other bytes it is replaced.</summary>
    [AlwaysInterleave]
    [Alias("log-artifact")]
    Task<ArtifactInfo> LogArtifact(string path, StagedBlob content, CancellationToken cancellationToken = default);

    /// <summary>The files of the run, by path.</summary>
    [AlwaysInterleave]
    [Alias("list-artifacts")]
    Task<ArtifactInfo[]> ListArtifacts(CancellationToken cancellationToken = default);

    /// <summary>Points of one metric in commit order.</summary>
    [AlwaysInterleave]
    [Alias("get-metric-history")]
    Task<MetricHistory> GetMetricHistory(MetricHistoryQuery query, CancellationToken cancellationToken = default);

    /// <summary>The run; <see cref="NotFoundException"/> if it does not exist.</summary>
    [AlwaysInterleave]
    [Alias("get")]
    Task<RunInfo> Get(CancellationToken cancellationToken = default);

    /// <summary>The run, or null; the dashboard shows it.</summary>
    [AlwaysInterleave]
    [Alias("get-state")]
    Task<RunInfo?> GetState();
}
