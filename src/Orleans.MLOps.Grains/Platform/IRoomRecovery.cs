namespace Orleans.MLOps.Grains.Platform;

/// <summary>What a room does when silos come and go: take up work that a crash interrupted.</summary>
internal interface IRoomRecovery
{
    /// <summary>Finds unfinished work and wakes its grains. Must be idempotent; other silos may do the same.</summary>
    Task RecoverAsync(CancellationToken cancellationToken);
}
