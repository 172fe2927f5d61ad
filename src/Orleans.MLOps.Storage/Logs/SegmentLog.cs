using Microsoft.Win32.SafeHandles;
using Orleans.MLOps.Storage.Files;

namespace Orleans.MLOps.Storage.Logs;

/// <summary>The writing side: frames go into the page cache on the caller's thread, fsync happens on the store's.</summary>
internal sealed class SegmentLog : IAppendLog, IDisposable
{
    private readonly string _folder;
    private readonly long _segmentBytes;
    private readonly Action<SegmentLog> _requestFlush;
    private readonly SegmentLogReader _reader;
    private readonly Lock _gate = new();

    private SafeFileHandle _handle;
    private int _segment;
    private long _tail;
    private long _durable;
    private byte[] _scratch = new byte[4 << 10];
    private List<LogWaiter> _waiters = [];
    private MLOpsException? _failure;

    public SegmentLog(string name, string folder, long segmentBytes, Action<SegmentLog> requestFlush)
    {
        Name = name;
        _folder = folder;
        _segmentBytes = segmentBytes;
        _requestFlush = requestFlush;
        DurableFile.CreateFolder(folder);
        var segments = SegmentFiles.List(folder);
        _segment = segments.Count > 0 ? segments[^1] : 1;
        _handle = SegmentFiles.OpenWrite(folder, _segment);
        try
        {
            Recover();
        }
        catch
        {
            _handle.Dispose();
            throw;
        }

        _reader = new SegmentLogReader(folder, () => End);
    }

    public string Name { get; }

    /// <summary>Bytes that were cut off when the log was opened, because a crash left them incomplete.</summary>
    public long TornBytes { get; private set; }

    public LogPosition End
    {
        get
        {
            lock (_gate)
            {
                return new LogPosition(_segment, _tail);
            }
        }
    }

    public ValueTask<LogPosition> AppendAsync(ReadOnlyMemory<byte> frame, bool durable)
    {
        if (frame.Length > FrameFormat.MaxPayloadBytes)
        {
            throw new InvalidInputException($"A frame of log {Name} has {frame.Length} bytes; at most {FrameFormat.MaxPayloadBytes} are allowed.", "frame");
        }

        LogWaiter? waiter = null;
        LogPosition position;
        bool first;
        lock (_gate)
        {
            first = _tail == _durable && _waiters.Count == 0;
            position = Append(frame.Span);
            if (durable)
            {
                waiter = new LogWaiter(position);
                first |= _waiters.Count == 0;
                _waiters.Add(waiter);
            }
        }

        if (first)
        {
            _requestFlush(this);
        }

        return waiter is null ? ValueTask.FromResult(position) : new ValueTask<LogPosition>(waiter.Task);
    }

    public IAsyncEnumerable<LogFrame> ReadAsync(LogPosition from, CancellationToken cancellationToken = default) => _reader.ReadAsync(from, cancellationToken);

    /// <summary>Whether a caller waits for the disk, or only the second of grace runs.</summary>
    public bool HasWaiters
    {
        get
        {
            lock (_gate)
            {
                return _waiters.Count > 0;
            }
        }
    }

    /// <summary>Brings everything appended so far to the disk and answers those who wait for it. Called by one thread.</summary>
    public void Flush()
    {
        List<LogWaiter> waiters;
        SafeFileHandle handle;
        int segment;
        long tail;
        lock (_gate)
        {
            (waiters, _waiters) = (_waiters, []);
            (handle, segment, tail) = (_handle, _segment, _tail);
            if (_failure is not null || tail == _durable)
            {
                waiters.ForEach(w => w.Settle(_failure));
                return;
            }
        }

        MLOpsException? failure = null;
        try
        {
            RandomAccess.FlushToDisk(handle);
        }
        catch (ObjectDisposedException)
        {
            // A new segment began meanwhile, and beginning it flushed this one.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            failure = DurableFile.ToPlatform(error, $"flushing log {Name}");
        }

        bool more;
        lock (_gate)
        {
            // After a failed fsync the system may have dropped the pages: only opening the log anew can tell what is there.
            _failure ??= failure;
            if (failure is null && segment == _segment)
            {
                _durable = Math.Max(_durable, tail);
            }

            more = _failure is null && _tail > _durable;
        }

        waiters.ForEach(w => w.Settle(failure));
        if (more)
        {
            _requestFlush(this);
        }
    }

    public void Dispose()
    {
        Flush();
        lock (_gate)
        {
            _failure ??= new UnavailableException($"Log {Name} is closed.");
            _handle.Dispose();
        }

        Flush();
        _reader.Dispose();
    }

    private LogPosition Append(ReadOnlySpan<byte> payload)
    {
        if (_failure is not null)
        {
            throw _failure;
        }

        var bytes = FrameFormat.HeaderBytes + payload.Length;
        try
        {
            if (_tail > 0 && _tail + bytes > _segmentBytes)
            {
                BeginSegment();
            }

            if (_scratch.Length < bytes)
            {
                _scratch = new byte[Math.Max(bytes, _scratch.Length * 2)];
            }

            var position = new LogPosition(_segment, _tail);
            FrameFormat.Write(_scratch, position, _durable, payload);
            RandomAccess.Write(_handle, _scratch.AsSpan(0, bytes), _tail);
            _tail += bytes;
            return position;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw DurableFile.ToPlatform(error, $"appending to log {Name}");
        }
    }

    /// <summary>Only the last segment may be incomplete, so the one before is flushed first and the new name after.</summary>
    private void BeginSegment()
    {
        try
        {
            // A failed append may have left bytes behind the last frame.
            RandomAccess.SetLength(_handle, _tail);
            RandomAccess.FlushToDisk(_handle);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _failure = DurableFile.ToPlatform(error, $"closing a segment of log {Name}");
            throw;
        }

        var next = SegmentFiles.OpenWrite(_folder, _segment + 1);
        try
        {
            DurableFile.FlushFolder(_folder);
        }
        catch
        {
            next.Dispose();
            throw;
        }

        _handle.Dispose();
        _handle = next;
        _segment++;
        _tail = 0;
        _durable = 0;
    }

    private void Recover()
    {
        var path = SegmentFiles.Path(_folder, _segment);
        _tail = SegmentRecovery.FindEnd(_handle, path, _segment);
        TornBytes = RandomAccess.GetLength(_handle) - _tail;
        if (TornBytes > 0)
        {
            RandomAccess.SetLength(_handle, _tail);
        }

        RandomAccess.FlushToDisk(_handle);
        DurableFile.FlushFolder(_folder);
        _durable = _tail;
    }
}
