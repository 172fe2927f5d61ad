namespace Orleans.MLOps.Server.Node;

/// <summary>Leaves the process's signals alone: several nodes may live in one process, and whoever started them stops them.</summary>
internal sealed class EmbeddedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
