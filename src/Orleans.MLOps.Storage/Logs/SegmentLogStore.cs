using Microsoft.Extensions.Logging;

namespace Orleans.MLOps.Storage.Logs;

/// <summary>All logs of a data folder, with the one thread that brings them to the disk. Disposal flushes and closes them.</summary>
public sealed partial class SegmentLogStore : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly StorageOptions _options;
    private readonly ILogger<SegmentLogStore> _logger;
    private readonly Dictionary<string, SegmentLog> _logs = new(StringComparer.Ordinal);
    private readonly object _gate = new();
    private readonly Thread _thread;
    private HashSet<SegmentLog> _requested = [];
    private bool _closed;

    /// <summary>Creates the store; folders are made when logs are opened.</summary>
    public SegmentLogStore(StorageOptions options, ILogger<SegmentLogStore> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logger);
        options.Validate();
        _options = options;
        _logger = logger;
        _thread = new Thread(Run) { IsBackground = true, Name = "mlops-log-flusher" };
        _thread.Start();
    }

    /// <summary>Opens or creates a log; the same name gives the same object. Bytes that a crash left incomplete at its end are cut off, counted and logged.</summary>
    /// <param name="name">1 to 200 of <c>A-Z a-z 0-9 . _ % -</c>, not starting with a dot.</param>
    /// <exception cref="InvalidInputException">The name is not allowed.</exception>
    /// <exception cref="DataLossException">A frame that was on disk is damaged.</exception>
    /// <exception cref="UnavailableException">The store is closed.</exception>
    public ISegmentLog Open(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > 200 || name[0] == '.' || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '%' or '-'))
        {
            throw new InvalidInputException($"The log name \"{name}\" is refused; allowed are 1 to 200 of A-Z a-z 0-9 . _ % -, not starting with a dot.", "name");
        }

        lock (_logs)
        {
            ObjectClosed();
            if (!_logs.TryGetValue(name, out var log))
            {
                log = new SegmentLog(name, Path.Combine(_options.LogsFolder, name), _options.LogSegmentBytes, RequestFlush);
                _logs.Add(name, log);
                if (log.TornBytes > 0)
                {
                    LogTorn(_logger, log.TornBytes, name, log.End.Segment, log.End.Offset);
                }
            }

            return log;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
        lock (_logs)
        {
            foreach (var log in _logs.Values)
            {
                log.Dispose();
            }
        }
    }

    private void RequestFlush(SegmentLog log)
    {
        lock (_gate)
        {
            _requested.Add(log);
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (true)
        {
            HashSet<SegmentLog> due;
            lock (_gate)
            {
                while (_requested.Count == 0 && !_closed)
                {
                    Monitor.Wait(_gate);
                }

                // Nobody waits for the disk yet: let frames gather until somebody does or the grace is over.
                var started = Environment.TickCount64;
                var left = Grace;
                while (!_closed && left > TimeSpan.Zero && !_requested.Any(log => log.HasWaiters))
                {
                    Monitor.Wait(_gate, left);
                    left = Grace - TimeSpan.FromMilliseconds(Environment.TickCount64 - started);
                }

                if (_closed)
                {
                    return;
                }

                (due, _requested) = (_requested, []);
            }

            foreach (var log in due)
            {
                log.Flush();
            }
        }
    }

    private void ObjectClosed()
    {
        lock (_gate)
        {
            if (_closed)
            {
                throw new UnavailableException("The log store is closed; the node is shutting down.");
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Cut {Bytes} incomplete bytes off log {Name}; it goes on at segment {Segment}, byte {Offset}")]
    private static partial void LogTorn(ILogger logger, long bytes, string name, int segment, long offset);
}
