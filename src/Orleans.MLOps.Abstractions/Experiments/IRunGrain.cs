using Orleans.Concurrency;

namespace Orleans.MLOps.Experiments;

/// <summary>
/// A run. It caches nothing: every write carries its condition to the tables. A run accepts writes, also after its end, until it or its
/// experiment is deleted. Key: <see cref="RunKey"/>.
/// </summary>
[Alias("mlops.experiments.run-grain")]
public interface IRunGrain : IGrainWithStringKey
{
    /// <summary>Starts the run. Idempotent; <see cref="FailedPreconditionException"/> if the experiment is deleted.</summary>
    [AlwaysInterleave]
    [Alias("start")]
    Task<RunInfo> Start(StartRun command, CancellationToken cancellationToken = default);

    /// <summary>Writes params, tags and metrics together or not at all; durable when it returns. <see cref="FailedPreconditionException"/> if the run is deleted or a param has another value.</summary>
    [AlwaysInterleave]
    [Alias("log")]
    Task Log(LogBatch batch, CancellationToken cancellationToken = default);

    /// <summary>Records what the run used and made. Idempotent.</summary>
    [AlwaysInterleave]
    [Alias("log-inputs")]
    Task LogInputs(LogInputs inputs, CancellationToken cancellationToken = default);

    /// <summary>Changes name, status, end or takes tags away, all or nothing.</summary>
    [AlwaysInterleave]
    [Alias("update")]
    Task<RunInfo> Update(UpdateRun command, CancellationToken cancellationToken = default);

    /// <summary>Ends the run. Idempotent for the same status; <see cref="FailedPreconditionException"/> if its caller ended it otherwise. It takes the place of an end for want of heartbeats: the process did live.</summary>
    [AlwaysInterleave]
    [Alias("end")]
    Task End(RunStatus status, CancellationToken cancellationToken = default);

    /// <summary>Keeps a run that promised heartbeats alive, and revives one that was failed for want of them. <see cref="FailedPreconditionException"/> if its caller ended it or it promised none.</summary>
    [AlwaysInterleave]
    [Alias("heartbeat")]
    Task Heartbeat(TimeSpan within, CancellationToken cancellationToken = default);

    /// <summary>Deletes or restores the run. Idempotent.</summary>
    [AlwaysInterleave]
    [Alias("set-lifecycle")]
    Task SetLifecycle(Lifecycle lifecycle, CancellationToken cancellationToken = default);

    /// <summary>Removes a deleted run for good, files included. Idempotent; <see cref="FailedPreconditionException"/> if it was not deleted.</summary>
    [AlwaysInterleave]
    [Alias("purge")]
    Task Purge(CancellationToken cancellationToken = default);

    /// <summary>Points of one metric.</summary>
    [AlwaysInterleave]
    [Alias("get-metric-history")]
    Task<MetricHistory> GetMetricHistory(MetricHistoryQuery query, CancellationToken cancellationToken = default);

    /// <summary>A metric's curve with few points that keeps its extremes.</summary>
    [AlwaysInterleave]
    [Alias("get-metric-samples")]
    Task<MetricSamples> GetMetricSamples(MetricSamplesQuery query, CancellationToken cancellationToken = default);

    /// <summary>The run; <see cref="NotFoundException"/> if it does not exist.</summary>
    [AlwaysInterleave]
    [Alias("get")]
    Task<RunInfo> Get(CancellationToken cancellationToken = default);

    /// <summary>The run, or null; the dashboard shows it.</summary>
    [AlwaysInterleave]
    [Alias("get-state")]
    Task<RunInfo?> GetState();
}
