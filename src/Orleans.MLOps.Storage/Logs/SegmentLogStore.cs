using Microsoft.Extensions.Logging;
using Orleans.MLOps.Storage.Files;

namespace Orleans.MLOps.Storage.Logs;

/// <summary>All logs of a data folder, with the one thread that brings them to the disk. Disposal flushes and closes them.</summary>
internal sealed partial class SegmentLogStore : ILogStore, IDisposable
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

    /// <inheritdoc/>
    public ValueTask<IAppendLog> OpenAsync(string name, CancellationToken cancellationToken = default) => new(Open(name));

    /// <inheritdoc/>
    public IAsyncEnumerable<LogFrame> ReadAsync(string name, LogPosition from, CancellationToken cancellationToken = default)
    {
        LogName.Require(name);
        return Directory.Exists(Folder(name)) ? Open(name).ReadAsync(from, cancellationToken) : AsyncEnumerable.Empty<LogFrame>();
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellationToken = default)
    {
        var folder = new DirectoryInfo(_options.LogsFolder);
        string[] names = folder.Exists
            ? [.. folder.EnumerateDirectories().Select(log => log.Name).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
            : [];
        return new(names);
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        LogName.Require(name);
        lock (_logs)
        {
            ObjectClosed();
            if (_logs.Remove(name, out var log))
            {
                log.Dispose();
            }

            try
            {
                Directory.Delete(Folder(name), recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // It was removed before.
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw DurableFile.ToPlatform(error, $"removing log {name}");
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Opens or creates a log; the same name gives the same object. Bytes that a crash left incomplete at its end are cut off, counted and logged.</summary>
    public IAppendLog Open(string name)
    {
        LogName.Require(name);
        lock (_logs)
        {
            ObjectClosed();
            if (!_logs.TryGetValue(name, out var log))
            {
                log = new SegmentLog(name, Folder(name), _options.LogSegmentBytes, RequestFlush);
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

    private string Folder(string name) => Path.Combine(_options.LogsFolder, name);

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
