namespace Orleans.MLOps.Storage.Logs;

/// <summary>An appender that waits for the disk.</summary>
internal sealed class LogWaiter(LogPosition position) : TaskCompletionSource<LogPosition>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public void Settle(MLOpsException? failure)
    {
        if (failure is null)
        {
            TrySetResult(position);
        }
        else
        {
            TrySetException(failure);
        }
    }
}
