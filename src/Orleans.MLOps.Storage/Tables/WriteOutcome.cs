namespace Orleans.MLOps.Storage.Tables;

/// <summary>What one write of a group will be told once the group is committed.</summary>
internal readonly record struct WriteOutcome(TableWriteResult? Result, MLOpsException? Error)
{
    /// <summary>Whether nothing of the write may stand.</summary>
    public bool IsRefused => Error is not null || Result?.FailedRequirement is not null;

    public void Deliver(PendingWrite pending)
    {
        if (Error is not null)
        {
            pending.TrySetException(Error);
        }
        else
        {
            pending.TrySetResult(Result!);
        }
    }
}
