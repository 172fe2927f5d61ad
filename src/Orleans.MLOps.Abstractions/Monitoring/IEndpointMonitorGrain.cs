using Orleans.Concurrency;

namespace Orleans.MLOps.Monitoring;

/// <summary>How an endpoint is monitored, over all its model versions. Key: <see cref="EndpointKey"/>.</summary>
[Alias("mlops.monitoring.endpoint-monitor-grain")]
public interface IEndpointMonitorGrain : IGrainWithStringKey
{
    /// <summary>Sets the options. Idempotent; they hold from the next evaluation, quality threshold, slack and window for versions that are labelled for the first time after it.</summary>
    [Alias("configure")]
    Task Configure(MonitorOptions options, CancellationToken cancellationToken = default);

    /// <summary>The options in force.</summary>
    [ReadOnly]
    [Alias("get-options")]
    Task<MonitorOptions> GetOptions(CancellationToken cancellationToken = default);

    /// <summary>What is known of one model version; <see cref="NotFoundException"/> if it never served.</summary>
    [AlwaysInterleave]
    [Alias("get-report")]
    Task<MonitorReport> GetReport(int version, CancellationToken cancellationToken = default);

    /// <summary>Two versions side by side; <see cref="FailedPreconditionException"/> for one without traffic.</summary>
    [AlwaysInterleave]
    [Alias("compare")]
    Task<VersionComparison> Compare(CompareVersions query, CancellationToken cancellationToken = default);

    /// <summary>Reports of all versions that served; the dashboard shows it.</summary>
    [AlwaysInterleave]
    [Alias("get-state")]
    Task<MonitorReport[]> GetState();
}
