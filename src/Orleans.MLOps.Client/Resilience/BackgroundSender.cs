using System.Threading.Channels;
using Grpc.Core;
using Orleans.MLOps.Client.Errors;

namespace Orleans.MLOps.Client.Resilience;

/// <summary>
/// Sends items in the background, many in one call, in the order they came. Each batch has a name of its own and is repeated until it arrives.
/// Nothing is lost silently: what finds no room, or is refused for good, is counted and told. Closing sends what waits; so does the end of the
/// process, within the plan's time. Thread-safe.
/// </summary>
internal sealed class BackgroundSender<T> : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly BackgroundPlan<T> _plan;
    private readonly Channel<T> _channel = Channel.CreateUnbounded<T>(new UnboundedChannelOptions { SingleReader = true });
    private readonly string _session = Guid.NewGuid().ToString("N");
    private readonly Lock _gate = new();
    private readonly FlushGoals _goals = new();
    private readonly CancellationTokenSource _givingUp = new();
    private readonly ProcessEnd _process;
    private readonly Task _sending;
    private TaskCompletionSource? _room;
    private long _waiting;
    private long _stored;
    private long _dropped;
    private long _refused;
    private int _warned;
    private bool _closed;
    private bool _gaveUp;
    private volatile bool _disposing;
    private CancellationTokenSource? _delay;

    public BackgroundSender(BackgroundPlan<T> plan, ProcessEnd process)
    {
        (_plan, _process) = (plan, process);
        _sending = Task.Run(SendAllAsync);
        _process.Ending += SendBeforeExit;
    }

    /// <summary>What was taken so far.</summary>
    public long Accepted => _goals.Accepted;

    /// <summary>What has arrived.</summary>
    public long Stored => Interlocked.Read(ref _stored);

    /// <summary>What found no room.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>What was refused for good, or given up at the end.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Takes an item without waiting; false when there is no room, which is counted and told once.</summary>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public bool Offer(T item)
    {
        if (TryTakeIn(item, out _))
        {
            return true;
        }

        ObjectDisposedException.ThrowIf(_disposing, this);
        Interlocked.Add(ref _dropped, _plan.SizeOf(item));
        if (Interlocked.Exchange(ref _warned, 1) == 0)
        {
            Tell($"{_plan.What} are dropped: {_plan.Capacity} wait already. {_plan.Counter} counts them.");
        }

        return false;
    }

    /// <summary>Takes an item, waiting for room.</summary>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public async ValueTask OfferAsync(T item, CancellationToken cancellationToken)
    {
        while (!TryTakeIn(item, out var room))
        {
            ObjectDisposedException.ThrowIf(room is null, this);
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Returns when everything taken before the call has arrived, or was refused for good.</summary>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var done = _goals.WaitAsync();
            _delay?.Cancel();
            return done.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Sends what waits, however long that takes, and closes.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync(Timeout.InfiniteTimeSpan).ConfigureAwait(false);

    /// <summary>Sends what waits and closes; what has not arrived in time is given up, counted and told.</summary>
    public async Task CloseAsync(TimeSpan within)
    {
        _disposing = true;
        TakeNoMore();
        try
        {
            await _sending.WaitAsync(within, _plan.Clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            GiveUp($"could not be stored within {within}");
        }
        finally
        {
            // Not before: a process that ends meanwhile must count and tell what it takes with it.
            _process.Ending -= SendBeforeExit;
        }
    }

    private bool TryTakeIn(T item, out Task? room)
    {
        var size = _plan.SizeOf(item);
        room = null;
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            // What is larger than all the room there is waits alone.
            if (_waiting > 0 && _waiting + size > _plan.Capacity)
            {
                room = (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                return false;
            }

            _waiting += size;
            _goals.Accept(size);
            return _channel.Writer.TryWrite(item);
        }
    }

    private void TakeNoMore()
    {
        lock (_gate)
        {
            _closed = true;
            _channel.Writer.TryComplete();
            _room?.TrySetResult();
            _delay?.Cancel();
        }
    }

    private void SendBeforeExit()
    {
        TakeNoMore();
        if (!_sending.Wait(_plan.ExitTimeout))
        {
            GiveUp("were not stored when the process ended");
        }
    }

    /// <summary>Counts and tells what has not arrived; from here on the sender settles nothing.</summary>
    private void GiveUp(string why)
    {
        long lost;
        lock (_gate)
        {
            lost = _goals.Open;
            if (_gaveUp || lost == 0)
            {
                return;
            }

            _gaveUp = true;
            _refused += lost;
        }

        _givingUp.Cancel();
        lock (_gate)
        {
            _goals.Settle(lost);
        }

        Tell($"{lost} {_plan.What} {why} and are lost.");
    }

    private async Task SendAllAsync()
    {
        var batch = new List<T>();
        for (var number = 1L; !_givingUp.IsCancellationRequested && await _channel.Reader.WaitToReadAsync().ConfigureAwait(false); number++)
        {
            var size = await CollectAsync(batch).ConfigureAwait(false);
            await SendAsync($"{_session}-{number}", [.. batch], size).ConfigureAwait(false);
            batch.Clear();
        }
    }

    private async Task<int> CollectAsync(List<T> batch)
    {
        var size = Take(batch, 0, out var isFull);
        if (isFull || _plan.MaximumDelay == TimeSpan.Zero || IsAwaited())
        {
            return size;
        }

        using var wait = new CancellationTokenSource(_plan.MaximumDelay, _plan.Clock);
        lock (_gate)
        {
            _delay = wait;
        }

        try
        {
            while (!isFull && !IsAwaited() && await _channel.Reader.WaitToReadAsync(wait.Token).ConfigureAwait(false))
            {
                size = Take(batch, size, out isFull);
            }
        }
        catch (OperationCanceledException)
        {
            // The delay is over.
        }
        finally
        {
            lock (_gate)
            {
                _delay = null;
            }
        }

        return size;
    }

    private bool IsAwaited()
    {
        lock (_gate)
        {
            return _goals.IsAwaited || _closed;
        }
    }

    private int Take(List<T> batch, int size, out bool isFull)
    {
        var before = size;
        while (_channel.Reader.TryPeek(out var next) && (batch.Count == 0 || size + _plan.SizeOf(next) <= _plan.BatchSize))
        {
            _channel.Reader.TryRead(out next);
            batch.Add(next!);
            size += _plan.SizeOf(next!);
        }

        isFull = size >= _plan.BatchSize || _channel.Reader.TryPeek(out _);
        lock (_gate)
        {
            _waiting -= size - before;
            _room?.TrySetResult();
            _room = null;
        }

        return size;
    }

    private async Task SendAsync(string name, T[] items, int size)
    {
        for (var pause = FirstPause; !_givingUp.IsCancellationRequested; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await _plan.Send(name, items, _givingUp.Token).WaitAsync(_givingUp.Token).ConfigureAwait(false);
                Settle(size, ref _stored);
                return;
            }
            catch (Exception error) when (MayPass(error))
            {
                // The batch keeps its name, so the platform stores it once, whatever became of this attempt.
                await Task.Delay(pause, _plan.Clock, _givingUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception error)
            {
                Settle(size, ref _refused);
                if (!_givingUp.IsCancellationRequested)
                {
                    Tell($"{size} {_plan.What} were refused and are lost: {error.Message}");
                }

                return;
            }
        }
    }

    /// <summary>Whether another attempt may succeed: a batch is named, so none does harm.</summary>
    private bool MayPass(Exception error) =>
        error is TimeoutException or RpcException || (error is OperationCanceledException && !_givingUp.IsCancellationRequested) || (error is MLOpsException typed && !TypedErrors.IsFinal(typed));

    private void Tell(string warning)
    {
        try
        {
            _plan.Warn(warning);
        }
        catch (Exception)
        {
            // It was counted; whoever cannot be told must not end the sending.
        }
    }

    /// <summary>Counts what has come to an end; not what was given up before.</summary>
    private void Settle(int size, ref long counter)
    {
        lock (_gate)
        {
            if (!_gaveUp)
            {
                counter += size;
                _goals.Settle(size);
            }
        }
    }
}
