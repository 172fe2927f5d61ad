namespace Orleans.MLOps.Cluster.Tests.Histories.Recording;

/// <summary>What an exception says about whether the operation took effect.</summary>
internal static class Outcome
{
    public static async Task<(OperationType Type, object? Output, Exception? Error)> OfAsync(Func<Task<object?>> call)
    {
        try
        {
            return (OperationType.Ok, await call(), null);
        }
        catch (Exception error)
        {
            return (Of(error), null, error);
        }
    }

    /// <summary>
    /// Only a refusal by the platform itself says that nothing was written. <see cref="ResourceExhaustedException"/> is not among them:
    /// a queue in the middle of a call that the platform repeats within itself may be what was full.
    /// </summary>
    public static OperationType Of(Exception error) =>
        error is InvalidInputException or NotFoundException or AlreadyExistsException or FailedPreconditionException or PermissionDeniedException
            ? OperationType.Fail
            : OperationType.Info;

    /// <summary>Whether a cluster with faults may answer so. Anything else is a defect, whatever the cluster suffers.</summary>
    public static bool IsExpected(Exception error) =>
        Of(error) == OperationType.Fail || error is UnavailableException or TimeoutException or ResourceExhaustedException or OperationCanceledException;
}
