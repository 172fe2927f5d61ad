using System.Globalization;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Storage.Logs;

/// <summary>
/// The writing side of a log in the tables. Each frame states its position and needs the one before it to be this writer's own (but
/// for its first), so that a failed append stops all behind it, and a writer that was replaced can add nothing more.
/// </summary>
internal sealed class TableLog(string name, long next, ITables tables, ILogFence? fence, TableLogStore store) : IAppendLog
{
    private const string Follows = "follows";

    private readonly string _writer = Guid.NewGuid().ToString("N");
    private readonly long _first = next;
    private readonly Lock _gate = new();
    private long _next = next;
    private long _stored = next;
    private MLOpsException? _failure;

    public string Name => name;

    public LogPosition End => new(0, Interlocked.Read(ref _stored));

    public async ValueTask<LogPosition> AppendAsync(ReadOnlyMemory<byte> frame, bool durable)
    {
        if (frame.Length > FrameFormat.MaxPayloadBytes)
        {
            throw new InvalidInputException($"A frame of log {name} has {frame.Length} bytes; at most {FrameFormat.MaxPayloadBytes} are allowed.", "frame");
        }

        long position;
        Task<TableWriteResult> writing;
        lock (_gate)
        {
            if (_failure is { } failure)
            {
                throw failure;
            }

            // Enqueued under the gate: frames of one log reach the writer in their order.
            position = _next++;
            writing = tables.WriteAsync(Insert(position, frame.ToArray()));
        }

        try
        {
            var result = await writing.ConfigureAwait(false);
            if (!result.Applied)
            {
                throw new UnavailableException(
                    result.FailedRequirement == Follows
                        ? $"Frame {position} of log {name} was not appended, because the one before it was not."
                        : $"Frame {position} of log {name} was not appended, because the others have given this process up.",
                    "log");
            }
        }
        catch (AlreadyExistsException error)
        {
            throw Fail(new UnavailableException($"Log {name} has another writer: its frame {position} is there already. Repeat the call.", "log", error));
        }
        catch (MLOpsException error)
        {
            throw Fail(error);
        }

        Advance(position + 1);
        return new LogPosition(0, position);
    }

    public IAsyncEnumerable<LogFrame> ReadAsync(LogPosition from, CancellationToken cancellationToken = default) => store.ReadAsync(name, from, cancellationToken);

    private TableWrite Insert(long position, byte[] payload)
    {
        var write = new TableWrite();
        fence?.Require(write);
        if (position > _first)
        {
            write.Require(Follows, RowCount.One, "SELECT 1 FROM log_frames WHERE log = $1 AND position = $2 AND writer = $3", name, position - 1, _writer);
        }

        return write.Add("INSERT INTO log_frames (log, position, writer, payload) VALUES ($1, $2, $3, $4)", name, position, _writer, payload);
    }

    /// <summary>Whether a failed frame is stored is unknown, so this writer ends; opening the log anew tells.</summary>
    private MLOpsException Fail(MLOpsException error)
    {
        lock (_gate)
        {
            _failure ??= new UnavailableException(string.Create(CultureInfo.InvariantCulture, $"Log {name} failed before: {error.Message}"), "log", error);
        }

        return error;
    }

    private void Advance(long end)
    {
        lock (_gate)
        {
            _stored = Math.Max(_stored, end);
        }
    }
}
