using System.Threading.Channels;

namespace Orleans.MLOps.Storage.Tables;

/// <summary>The bounded queue in front of a group-commit writer: callers enqueue, one writer takes whatever waits.</summary>
internal sealed class WriteInbox(int capacity)
{
    private readonly Channel<PendingWrite> _queue = Channel.CreateBounded<PendingWrite>(new BoundedChannelOptions(capacity) { SingleReader = true });

    /// <summary>Writes that no group has taken yet.</summary>
    public int Queued => _queue.Reader.Count;

    public Task<TableWriteResult> WriteAsync(TableWrite write, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<TableWriteResult>(cancellationToken);
        }

        var pending = new PendingWrite(write);
        pending.WithdrawOn(cancellationToken);
        return _queue.Writer.TryWrite(pending) ? pending.Task : EnqueueAsync(pending, cancellationToken);
    }

    /// <summary>Waits for a write; false when the inbox is closed and empty.</summary>
    public ValueTask<bool> WaitAsync() => _queue.Reader.WaitToReadAsync();

    /// <summary>Takes what waits, up to <paramref name="most"/> writes in all; what was withdrawn is left out.</summary>
    public void Take(List<PendingWrite> group, int most)
    {
        while (group.Count < most && _queue.Reader.TryRead(out var pending))
        {
            if (pending.TryTake())
            {
                group.Add(pending);
            }
        }
    }

    /// <summary>Accepts nothing more; false when it was closed before.</summary>
    public bool Close() => _queue.Writer.TryComplete();

    private async Task<TableWriteResult> EnqueueAsync(PendingWrite pending, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(pending, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new UnavailableException("The tables are closed; the node is shutting down.");
        }

        return await pending.Task.ConfigureAwait(false);
    }
}
