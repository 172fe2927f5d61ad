using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Orleans.MLOps.Server.Web;

/// <summary>
/// Whether the node takes work: from the moment everything has started and the silo is active until it is told to stop.
/// Answers from memory, without a grain or database call. Feeds <c>/health/ready</c> and the gRPC health service alike.
/// </summary>
internal sealed class NodeReadiness(IHostApplicationLifetime lifetime, ISiloStatusOracle silo) : IHealthCheck
{
    /// <summary>Why the node is not ready, or null when it is.</summary>
    public string? Obstacle() =>
        lifetime.ApplicationStopping.IsCancellationRequested ? "stopping"
        : !lifetime.ApplicationStarted.IsCancellationRequested ? "starting"
        : silo.CurrentStatus != SiloStatus.Active ? $"silo is {silo.CurrentStatus}"
        : null;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Obstacle() is { } obstacle ? HealthCheckResult.Unhealthy(obstacle) : HealthCheckResult.Healthy());
}
