namespace Orleans.MLOps.Grains.Serving.Tensors;

/// <summary>A checked request on its way through a queue.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="Priority">Lower ones go first.</param>
/// <param name="ArrivedAt">Timestamp of its arrival.</param>
internal abstract record QueuedRequest(int Rows, int Priority, long ArrivedAt)
{
    private IDisposable? _deadline;
    private CancellationTokenRegistration _cancellation;

    /// <summary>Bytes of its inputs.</summary>
    public abstract long Bytes { get; }

    /// <summary>It waits no more: the engine has it, or it was given up. Guarded by its queue's lock.</summary>
    public bool IsGone { get; set; }

    /// <summary>What may end its waiting.</summary>
    public void Guard(IDisposable? deadline, CancellationTokenRegistration cancellation)
    {
        (_deadline, _cancellation) = (deadline, cancellation);
        if (IsGone)
        {
            // Its caller had left before it came.
            Unguard();
        }
    }

    /// <summary>Whether another may go to the engine with this one.</summary>
    public abstract bool GoesWith(QueuedRequest other);

    /// <summary>Forgets its inputs: it was given up and nobody will compute it.</summary>
    public abstract void Release();

    /// <summary>Answers with what the model has computed for it.</summary>
    public abstract void Complete(EngineTimes times);

    public abstract void Fail(Exception error);

    protected void Unguard()
    {
        _deadline?.Dispose();
        _cancellation.Unregister();
    }
}

/// <summary>The same with its answer.</summary>
/// <typeparam name="TResult">The answer.</typeparam>
internal abstract record QueuedRequest<TResult>(int Rows, int Priority, long ArrivedAt) : QueuedRequest(Rows, Priority, ArrivedAt)
{
    private readonly TaskCompletionSource<TResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Done => _done.Task;

    public sealed override void Complete(EngineTimes times)
    {
        Unguard();
        _done.TrySetResult(Result(times));
    }

    public sealed override void Fail(Exception error)
    {
        Unguard();
        _done.TrySetException(error);
    }

    /// <summary>What the model has computed for it.</summary>
    protected abstract TResult Result(EngineTimes times);
}
