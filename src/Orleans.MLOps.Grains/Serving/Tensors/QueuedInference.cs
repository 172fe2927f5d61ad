using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Grains.Serving.Tensors;

/// <summary>A checked request on its way through a queue.</summary>
/// <param name="Inputs">Its inputs in the order of the signature.</param>
/// <param name="Wanted">Names of the wanted outputs; all when empty.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Priority">Lower ones go first.</param>
/// <param name="ArrivedAt">Timestamp of its arrival.</param>
internal sealed record QueuedInference(EngineTensor[] Inputs, string[] Wanted, int Rows, int Priority, long ArrivedAt)
{
    private readonly TaskCompletionSource<InferenceResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IDisposable? _deadline;
    private CancellationTokenRegistration _cancellation;

    public Task<InferenceResult> Done => _done.Task;

    /// <summary>Bytes of its inputs.</summary>
    public long Bytes
    {
        get
        {
            var bytes = 0L;
            foreach (var input in Inputs)
            {
                bytes += input.Data.Length;
            }

            return bytes;
        }
    }

    /// <summary>It was given up while it waited; guarded by its queue's lock.</summary>
    public bool IsGone { get; set; }

    public void Guard(IDisposable? deadline, CancellationTokenRegistration cancellation) => (_deadline, _cancellation) = (deadline, cancellation);

    public void Complete(InferenceResult result)
    {
        Unguard();
        _done.TrySetResult(result);
    }

    public void Fail(Exception error)
    {
        Unguard();
        _done.TrySetException(error);
    }

    /// <summary>
    /// Whether another may go to the engine with this one: every input of each has the request's rows, and all but the first dimensions are the same.
    /// </summary>
    public bool GoesWith(QueuedInference other)
    {
        for (var i = 0; i < Inputs.Length; i++)
        {
            if (Inputs[i].Shape[0] != Rows || other.Inputs[i].Shape[0] != other.Rows || !Inputs[i].Shape.AsSpan(1).SequenceEqual(other.Inputs[i].Shape.AsSpan(1)))
            {
                return false;
            }
        }

        return true;
    }

    private void Unguard()
    {
        _deadline?.Dispose();
        _cancellation.Unregister();
    }
}
