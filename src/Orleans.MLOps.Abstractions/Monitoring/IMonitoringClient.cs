namespace Orleans.MLOps.Monitoring;

/// <summary>Monitoring through the SDK.</summary>
public interface IMonitoringClient
{
    /// <summary>Sets how an endpoint is monitored. Idempotent.</summary>
    Task ConfigureAsync(MonitorOptions options, CancellationToken cancellationToken = default);

    /// <summary>Joins labels to earlier predictions; acknowledged labels are durable. Safe to repeat.</summary>
    Task<LabelReply> LabelAsync(LabelBatch labels, CancellationToken cancellationToken = default);

    /// <summary>What is known of one model version.</summary>
    Task<MonitorReport> GetReportAsync(string endpoint, int version, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>
    /// Which of two versions that serve side by side is right more often, by labels of predictions asked since they do. May be asked as often as one
    /// likes. <see cref="FailedPreconditionException"/> for a version without traffic.
    /// </summary>
    Task<VersionComparison> CompareAsync(CompareVersions query, CancellationToken cancellationToken = default);

    /// <summary>The alerts of an endpoint, oldest first, at most 1000.</summary>
    Task<Alert[]> ListAlertsAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Returns when everything recorded so far has reached the monitors.</summary>
    Task FlushAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default);
}
