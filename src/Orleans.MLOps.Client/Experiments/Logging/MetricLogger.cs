using System.Threading.Channels;
using Orleans.MLOps.Client.Errors;

namespace Orleans.MLOps.Experiments;

/// <summary>
/// Logs metrics of one run in the background, many in one call, so that a training loop never waits for the platform. Points leave in the
/// order they came. Each batch has a name of its own and is repeated until the platform has it, which stores it once however often it
/// arrives. Nothing is lost silently: what is dropped because the buffer is full, or refused for good, is counted and told. Disposing
/// it sends what waits; so does the end of the process, within <see cref="MetricLoggerOptions.ExitTimeout"/>. Thread-safe.
/// </summary>
public sealed class MetricLogger : IAsyncDisposable
{
    private const int LongestKey = 250;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly IExperimentsClient _experiments;
    private readonly string _runId;
    private readonly MetricLoggerOptions _options;
    private readonly Channel<MetricPoint> _channel;
    private readonly string _session = Guid.NewGuid().ToString("N");
    private readonly Lock _gate = new();
    private readonly List<(long Goal, TaskCompletionSource Done)> _flushes = [];
    private readonly Task _sending;
    private long _accepted;
    private long _settled;
    private long _stored;
    private long _dropped;
    private long _refused;
    private int _warned;
    private volatile bool _disposing;
    private CancellationTokenSource? _delay;

    private MetricLogger(IExperimentsClient experiments, string runId, MetricLoggerOptions options)
    {
        (_experiments, _runId, _options) = (experiments, runId, options);
        _channel = Channel.CreateBounded<MetricPoint>(new BoundedChannelOptions(options.Capacity) { SingleReader = true });
        _sending = Task.Run(SendAllAsync);
        AppDomain.CurrentDomain.ProcessExit += SendBeforeExit;
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
    public static MetricLogger Open(IExperimentsClient experiments, string runId, MetricLoggerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(experiments);
        ArgumentException.ThrowIfNullOrEmpty(runId);
        options ??= new MetricLoggerOptions();
        options.Check();
        return new MetricLogger(experiments, runId, options);
    }

    /// <summary>Takes a point without waiting. A NaN or an infinity is kept.</summary>
    /// <returns>Whether there was room; if not the point is dropped, counted and told.</returns>
    /// <exception cref="InvalidInputException">The key is empty, longer than 250 characters or has control characters.</exception>
    /// <exception cref="ObjectDisposedException">The logger was disposed.</exception>
    public bool Log(string key, double value, long step = 0, DateTimeOffset? timestamp = null)
    {
        var point = Point(key, value, step, timestamp);
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
        var point = Point(key, value, step, timestamp);
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
    public async ValueTask DisposeAsync()
    {
        _disposing = true;
        AppDomain.CurrentDomain.ProcessExit -= SendBeforeExit;
        _channel.Writer.TryComplete();
        await _sending.ConfigureAwait(false);
    }

    private MetricPoint Point(string key, double value, long step, DateTimeOffset? timestamp)
    {
        // A wrong name is the caller's, now; later it would refuse the points beside it.
        if (string.IsNullOrWhiteSpace(key) || key.Length > LongestKey || key.Any(char.IsControl))
        {
            throw new InvalidInputException($"metric key '{key}' is not allowed: 1 to {LongestKey} characters without control characters are.", nameof(key));
        }

        return new() { Key = key, Value = value, Step = step, Timestamp = timestamp ?? _options.Clock.GetUtcNow() };
    }

    private void SendBeforeExit(object? sender, EventArgs e)
    {
        _channel.Writer.TryComplete();
        if (!_sending.Wait(_options.ExitTimeout))
        {
            _options.Warn($"The process ends while {Accepted - Interlocked.Read(ref _settled)} metrics of run {_runId} are not stored.");
        }
    }

    private async Task SendAllAsync()
    {
        var batch = new List<MetricPoint>(_options.BatchSize);
        for (var number = 1L; await _channel.Reader.WaitToReadAsync().ConfigureAwait(false); number++)
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
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await _experiments.LogAsync(_runId, named).ConfigureAwait(false);
                Interlocked.Add(ref _stored, points.Length);
                Settle(points.Length);
                return;
            }
            catch (Exception error) when (error is TimeoutException || (error is MLOpsException typed && !TypedErrors.IsFinal(typed)))
            {
                // The batch keeps its name, so the platform stores it once, whatever became of this attempt.
                await Task.Delay(pause, _options.Clock).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                Interlocked.Add(ref _refused, points.Length);
                _options.Warn($"{points.Length} metrics of run {_runId} were refused and are lost: {error.Message}");
                Settle(points.Length);
                return;
            }
        }
    }

    private void Settle(int points)
    {
        lock (_gate)
        {
            _settled += points;
            foreach (var flush in _flushes.Where(flush => flush.Goal <= _settled))
            {
                flush.Done.TrySetResult();
            }

            _flushes.RemoveAll(flush => flush.Goal <= _settled);
        }
    }
}
