using Orleans.Runtime.Messaging;

namespace Orleans.MLOps.Grains.Platform;

/// <summary>Errors that say that something is away, not that something is wrong: another silo, the database, the blobs.</summary>
internal static class TransientErrors
{
    public static bool IsTransient(Exception error) =>
        error is UnavailableException or SiloUnavailableException or OrleansMessageRejectionException or ConnectionFailedException or TimeoutException

            // A grain that could not read its state never came up; Orleans wraps why.
            || (error is OrleansException && error.InnerException is { } inner && IsTransient(inner));
}
