using System.Threading.Channels;
using Orleans.MLOps.Client.Errors;
using Orleans.MLOps.Client.Experiments.Logging;

namespace Orleans.MLOps.Experiments;

/// <summary>
/// Logs metrics of one run in the background, many in one call, so that a training loop never waits for the platform. Points leave in the
/// order they came. Each batch has a name of its own and is repeated until the platform has it, which stores it once however often it
/// arrives. Nothing is lost silently: what is dropped because the buffer is full, or refused for good, is counted and told. Disposing
/// it sends what waits; so does the end of the process, within <see cref="MetricLoggerOptions.ExitTimeout"/>. Thread-safe.
/// </summary>
public sealed class MetricLogger : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly IExperimentsClient _experiments;
    private readonly string _runId;
    private readonly MetricLoggerOptions _options;
    private readonly Channel<MetricPoint> _channel;
    private readonly string _session = Guid.NewGuid().ToString("N");
    private readonly Lock _gate = new();
    private readonly List<(long Goal, TaskCompletionSource Done)> _flushes = [];
    private readonly CancellationTokenSource _givingUp = new();
    private readonly ProcessEnd _process;
    private readonly Task _sending;
    private long _accepted;
    private long _settled;
    private long _stored;
    private long _dropped;
    private long _refused;
    private int _warned;
    private bool _gaveUp;
    private volatile bool _disposing;
    private CancellationTokenSource? _delay;

    private MetricLogger(IExperimentsClient experiments, string runId, MetricLoggerOptions options, ProcessEnd process)
    {
        (_experiments, _runId, _options, _process) = (experiments, runId, options, process);
        _channel = Channel.CreateBounded<MetricPoint>(new BoundedChannelOptions(options.Capacity) { SingleReader = true });
        _sending = Task.Run(SendAllAsync);
        _process.Ending += SendBeforeExit;
    }

    /// <summary>Points taken so far.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Points that the platform has stored durably.</summary>
    public long Stored => Interlocked.Read(ref _stored);

    /// <summary>Points that found the buffer full and were dropped.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Points that the platform refused for good, or that were given up at the end.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Opens a logger for a run.</summary>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public static MetricLogger Open(IExperimentsClient experiments, string runId, MetricLoggerOptions? options = null) =>
        Open(experiments, runId, options, ProcessEnd.Current);

    internal static MetricLogger Open(IExperimentsClient experiments, string runId, MetricLoggerOptions? options, ProcessEnd process)
    {
        ArgumentNullException.ThrowIfNull(experiments);
        ArgumentException.ThrowIfNullOrEmpty(runId);
        options ??= new MetricLoggerOptions();
        options.Check();
        return new MetricLogger(experiments, runId, options, process);
    }

    /// <summary>Takes a point without waiting. A NaN or an infinity is kept.</summary>
    /// <returns>Whether there was room; if not the point is dropped, counted and told.</returns>
    /// <exception cref="InvalidInputException">The key is empty, longer than 250 characters or has control characters.</exception>
    /// <exception cref="ObjectDisposedException">The logger was disposed.</exception>
    public bool Log(string key, double value, long step = 0, DateTimeOffset? timestamp = null)
    {
        var point = LoggedPoint.Of(key, value, step, timestamp ?? _options.Clock.GetUtcNow());
        lock (_gate)
        {
            if (_channel.Writer.TryWrite(point))
            {
                _accepted++;
                return true;
            }
        }

        ObjectDisposedException.ThrowIf(_disposing, this);
        Interlocked.Increment(ref _dropped);
        if (Interlocked.Exchange(ref _warned, 1) == 0)
        {
            _options.Warn($"Metrics of run {_runId} are dropped: {_options.Capacity} points wait already. {nameof(MetricLogger)}.{nameof(Dropped)} counts them.");
        }

        return false;
    }

    /// <summary>Takes a point, waiting for room while the buffer is full.</summary>
    /// <exception cref="ObjectDisposedException">The logger was disposed.</exception>
    public async ValueTask LogAsync(string key, double value, long step = 0, DateTimeOffset? timestamp = null, CancellationToken cancellationToken = default)
    {
        var point = LoggedPoint.Of(key, value, step, timestamp ?? _options.Clock.GetUtcNow());
        while (true)
        {
            lock (_gate)
            {
                if (_channel.Writer.TryWrite(point))
                {
                    _accepted++;
                    return;
                }
            }

            ObjectDisposedException.ThrowIf(!await _channel.Writer.WaitToWriteAsync(cancellationToken).ConfigureAwait(false), this);
        }
    }

    /// <summary>Returns when every point taken before the call is stored, or was refused for good.</summary>
    /// <exception cref="FailedPreconditionException">Points were refused for good or dropped since the logger was opened; the message counts them.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        Task done;
        lock (_gate)
        {
            if (_settled >= _accepted)
            {
                done = Task.CompletedTask;
            }
            else
            {
                var flush = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _flushes.Add((_accepted, flush));
                _delay?.Cancel();
                done = flush.Task;
            }
        }

        await done.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (Refused + Dropped > 0)
        {
            throw new FailedPreconditionException(
                $"{Refused} metrics of run '{_runId}' were refused and {Dropped} found the buffer full; the rest is stored.", "metrics");
        }
    }

    /// <summary>Sends what waits, however long the platform is away, and closes the logger. Counts and warnings say what was lost.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync(Timeout.InfiniteTimeSpan).ConfigureAwait(false);

    /// <summary>Sends what waits and closes the logger; what is not stored in time is given up, counted and told.</summary>
    internal async Task CloseAsync(TimeSpan within)
    {
        _disposing = true;
        _channel.Writer.TryComplete();
        try
        {
            await _sending.WaitAsync(within, _options.Clock).ConfigureAwait(false);
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

    private void SendBeforeExit()
    {
        _channel.Writer.TryComplete();
        if (!_sending.Wait(_options.ExitTimeout))
        {
            GiveUp("were not stored when the process ended");
        }
    }

    /// <summary>Counts and tells what is not stored; from here on the sender settles nothing.</summary>
    private void GiveUp(string why)
    {
        long lost;
        lock (_gate)
        {
            lost = _accepted - _settled;
            if (_gaveUp || lost == 0)
            {
                return;
            }

            _gaveUp = true;
            _refused += lost;
        }

        _givingUp.Cancel();
        _options.Warn($"{lost} metrics of run {_runId} {why} and are lost.");
        lock (_gate)
        {
            Settle(lost);
        }
    }

    private async Task SendAllAsync()
    {
        var batch = new List<MetricPoint>(_options.BatchSize);
        for (var number = 1L; !_givingUp.IsCancellationRequested && await _channel.Reader.WaitToReadAsync().ConfigureAwait(false); number++)
        {
            await CollectAsync(batch).ConfigureAwait(false);
            await SendAsync(number, [.. batch]).ConfigureAwait(false);
            batch.Clear();
        }
    }

    /// <summary>Takes what is there, and waits a moment for more when that does not fill a batch.</summary>
    private async Task CollectAsync(List<MetricPoint> batch)
    {
        Take(batch);
        if (batch.Count >= _options.BatchSize || _options.MaximumDelay == TimeSpan.Zero || IsAwaited())
        {
            return;
        }

        using var wait = new CancellationTokenSource(_options.MaximumDelay, _options.Clock);
        lock (_gate)
        {
            _delay = wait;
        }

        try
        {
            while (batch.Count < _options.BatchSize && !IsAwaited() && await _channel.Reader.WaitToReadAsync(wait.Token).ConfigureAwait(false))
            {
                Take(batch);
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
    }

    private bool IsAwaited()
    {
        lock (_gate)
        {
            return _flushes.Count > 0 || _disposing;
        }
    }

    private void Take(List<MetricPoint> batch)
    {
        while (batch.Count < _options.BatchSize && _channel.Reader.TryRead(out var point))
        {
            batch.Add(point);
        }
    }

    private async Task SendAsync(long number, MetricPoint[] points)
    {
        var named = new LogBatch { Metrics = points, OperationId = $"{_session}-{number}" };
        for (var pause = FirstPause; !_givingUp.IsCancellationRequested; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await _experiments.LogAsync(_runId, named, _givingUp.Token).WaitAsync(_givingUp.Token).ConfigureAwait(false);
                Settle(points.Length, ref _stored);
                return;
            }
            catch (Exception error) when (error is TimeoutException || (error is MLOpsException typed && !TypedErrors.IsFinal(typed)))
            {
                // The batch keeps its name, so the platform stores it once, whatever became of this attempt.
                await Task.Delay(pause, _options.Clock, _givingUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception error)
            {
                if (!_givingUp.IsCancellationRequested)
                {
                    _options.Warn($"{points.Length} metrics of run {_runId} were refused and are lost: {error.Message}");
                }

                Settle(points.Length, ref _refused);
                return;
            }
        }
    }

    /// <summary>Counts points of which the end is known; not those that were given up before.</summary>
    private void Settle(int points, ref long counter)
    {
        lock (_gate)
        {
            if (!_gaveUp)
            {
                counter += points;
                Settle(points);
            }
        }
    }

    private void Settle(long points)
    {
        _settled += points;
        foreach (var flush in _flushes.Where(flush => flush.Goal <= _settled))
        {
            flush.Done.TrySetResult();
        }

        _flushes.RemoveAll(flush => flush.Goal <= _settled);
    }
}
