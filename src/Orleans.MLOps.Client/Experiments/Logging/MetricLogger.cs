using Orleans.MLOps.Client.Experiments.Logging;
using Orleans.MLOps.Client.Resilience;

namespace Orleans.MLOps.Experiments;

/// <summary>
/// Logs metrics of one run in the background, many in one call, so that a training loop never waits for the platform. Points leave in the
/// order they came. Each batch has a name of its own and is repeated until the platform has it, which stores it once however often it
/// arrives. Nothing is lost silently: what is dropped because the buffer is full, or refused for good, is counted and told. Disposing
/// it sends what waits; so does the end of the process, within <see cref="MetricLoggerOptions.ExitTimeout"/>. Thread-safe.
/// </summary>
public sealed class MetricLogger : IAsyncDisposable
{
    private readonly string _runId;
    private readonly MetricLoggerOptions _options;
    private readonly BackgroundSender<MetricPoint> _sender;

    private MetricLogger(IExperimentsClient experiments, string runId, MetricLoggerOptions options, ProcessEnd process)
    {
        (_runId, _options) = (runId, options);
        _sender = new BackgroundSender<MetricPoint>(
            new()
            {
                What = $"metrics of run {runId}",
                Counter = $"{nameof(MetricLogger)}.{nameof(Dropped)}",
                Send = (name, points, cancellationToken) => experiments.LogAsync(runId, new() { Metrics = points, OperationId = name }, cancellationToken),
                Capacity = options.Capacity,
                BatchSize = options.BatchSize,
                MaximumDelay = options.MaximumDelay,
                ExitTimeout = options.ExitTimeout,
                Clock = options.Clock,
                Warn = options.Warn,
            },
            process);
    }

    /// <summary>Points taken so far.</summary>
    public long Accepted => _sender.Accepted;

    /// <summary>Points that the platform has stored durably.</summary>
    public long Stored => _sender.Stored;

    /// <summary>Points that found the buffer full and were dropped.</summary>
    public long Dropped => _sender.Dropped;

    /// <summary>Points that the platform refused for good, or that were given up at the end.</summary>
    public long Refused => _sender.Refused;

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
    /// <exception cref="InvalidInputException">The key is empty, longer than 250 characters, has control characters or a lone surrogate.</exception>
    /// <exception cref="ObjectDisposedException">The logger was disposed.</exception>
    public bool Log(string key, double value, long step = 0, DateTimeOffset? timestamp = null) =>
        _sender.Offer(LoggedPoint.Of(key, value, step, timestamp ?? _options.Clock.GetUtcNow()));

    /// <summary>Takes a point, waiting for room while the buffer is full.</summary>
    /// <exception cref="InvalidInputException">The key is not allowed (<see cref="Log"/>).</exception>
    /// <exception cref="ObjectDisposedException">The logger was disposed.</exception>
    public ValueTask LogAsync(string key, double value, long step = 0, DateTimeOffset? timestamp = null, CancellationToken cancellationToken = default) =>
        _sender.OfferAsync(LoggedPoint.Of(key, value, step, timestamp ?? _options.Clock.GetUtcNow()), cancellationToken);

    /// <summary>Returns when every point taken before the call is stored, or was refused for good.</summary>
    /// <exception cref="FailedPreconditionException">Points were refused for good or dropped since the logger was opened; the message counts them.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        await _sender.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (Refused + Dropped > 0)
        {
            throw new FailedPreconditionException(
                $"{Refused} metrics of run '{_runId}' were refused and {Dropped} found the buffer full; the rest is stored.", "metrics");
        }
    }

    /// <summary>Sends what waits, however long the platform is away, and closes the logger. Counts and warnings say what was lost.</summary>
    public ValueTask DisposeAsync() => _sender.DisposeAsync();

    /// <summary>Sends what waits and closes the logger; what is not stored in time is given up, counted and told.</summary>
    internal Task CloseAsync(TimeSpan within) => _sender.CloseAsync(within);
}
