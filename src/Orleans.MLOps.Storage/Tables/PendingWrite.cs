namespace Orleans.MLOps.Storage.Tables;

/// <summary>A write on its way: either the writer takes it or its caller withdraws it, never both.</summary>
internal sealed class PendingWrite(TableWrite write) : TaskCompletionSource<TableWriteResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private int _claimed;
    private CancellationTokenRegistration _registration;

    public TableWrite Write { get; } = write;

    public void WithdrawOn(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(static (state, token) => ((PendingWrite)state!).Withdraw(token), this);
        }
    }

    public bool TryTake()
    {
        if (Interlocked.Exchange(ref _claimed, 1) != 0)
        {
            return false;
        }

        _registration.Unregister();
        return true;
    }

    public void Withdraw(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _claimed, 1) == 0)
        {
            TrySetCanceled(cancellationToken);
        }
    }
}
