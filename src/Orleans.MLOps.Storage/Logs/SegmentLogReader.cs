using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Orleans.MLOps.Storage.Logs;

/// <summary>The reading side of a log: frames in order up to a moving end.</summary>
internal sealed class SegmentLogReader(string folder, Func<LogPosition> end) : IDisposable
{
    private const int PieceBytes = 256 << 10;

    private readonly ConcurrentDictionary<int, Lazy<SafeFileHandle>> _handles = new();

    public async IAsyncEnumerable<LogFrame> ReadAsync(LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = SegmentFiles.List(folder).FirstOrDefault(1);
        var position = from.Segment < first ? new LogPosition(first, 0) : from;
        if (end() is var known && position > known)
        {
            throw new DataLossException($"Log {folder} ends at byte {known.Offset} of segment {known.Segment}, but frames up to byte {position.Offset} of segment {position.Segment} were read before; restore the files from a backup.", "log");
        }

        var buffer = new byte[PieceBytes];
        var piece = new ArraySegment<byte>(buffer, 0, 0);
        var pieceAt = position;
        while (true)
        {
            var limit = end();
            if (position >= limit)
            {
                yield break;
            }

            var handle = Handle(position.Segment);
            var segmentEnd = position.Segment == limit.Segment ? limit.Offset : RandomAccess.GetLength(handle);
            if (position.Offset == segmentEnd)
            {
                position = new LogPosition(position.Segment + 1, 0);
                continue;
            }

            var skip = pieceAt.Segment == position.Segment ? position.Offset - pieceAt.Offset : -1;
            if (skip < 0 || !HoldsFrame(piece, skip))
            {
                (buffer, piece) = await FillAsync(handle, buffer, position, segmentEnd, cancellationToken).ConfigureAwait(false);
                (pieceAt, skip) = (position, 0);
            }

            var frame = Take(piece.AsSpan((int)skip), position);
            yield return frame;
            position = frame.Next;
        }
    }

    public void Dispose()
    {
        foreach (var handle in _handles.Values.Where(h => h.IsValueCreated))
        {
            handle.Value.Dispose();
        }

        _handles.Clear();
    }

    private static bool HoldsFrame(ArraySegment<byte> piece, long skip)
    {
        if (skip + FrameFormat.HeaderBytes > piece.Count)
        {
            return false;
        }

        var length = FrameFormat.PayloadLength(piece.AsSpan((int)skip));
        return length < 0 || skip + FrameFormat.HeaderBytes + length <= piece.Count;
    }

    /// <summary>Reads a piece that starts with the frame at this position, enlarging the buffer when the frame asks for it.</summary>
    private static async ValueTask<(byte[] Buffer, ArraySegment<byte> Piece)> FillAsync(
        SafeFileHandle handle, byte[] buffer, LogPosition position, long segmentEnd, CancellationToken cancellationToken)
    {
        var filled = await ReadFullyAsync(handle, buffer, position.Offset, segmentEnd, cancellationToken).ConfigureAwait(false);
        if (filled >= FrameFormat.HeaderBytes && FrameFormat.PayloadLength(buffer) is var length && length >= 0)
        {
            var needed = FrameFormat.HeaderBytes + length;
            if (needed > buffer.Length)
            {
                buffer = new byte[needed];
                filled = await ReadFullyAsync(handle, buffer, position.Offset, segmentEnd, cancellationToken).ConfigureAwait(false);
            }
        }

        return (buffer, new ArraySegment<byte>(buffer, 0, filled));
    }

    private static async ValueTask<int> ReadFullyAsync(SafeFileHandle handle, byte[] buffer, long offset, long segmentEnd, CancellationToken cancellationToken)
    {
        var wanted = (int)Math.Min(buffer.Length, segmentEnd - offset);
        var filled = 0;
        int read;
        while (filled < wanted && (read = await RandomAccess.ReadAsync(handle, buffer.AsMemory(filled, wanted - filled), offset + filled, cancellationToken).ConfigureAwait(false)) > 0)
        {
            filled += read;
        }

        return filled;
    }

    private LogFrame Take(ReadOnlySpan<byte> bytes, LogPosition position)
    {
        if (!FrameFormat.IsFrame(bytes, position))
        {
            throw new DataLossException($"Log segment {SegmentFiles.Path(folder, position.Segment)} holds no whole frame at byte {position.Offset}; restore the file from a backup.", "log");
        }

        var length = FrameFormat.PayloadLength(bytes);
        return new LogFrame(position, position with { Offset = position.Offset + FrameFormat.HeaderBytes + length }, bytes.Slice(FrameFormat.HeaderBytes, length).ToArray());
    }

    private SafeFileHandle Handle(int segment)
    {
        try
        {
            return _handles.GetOrAdd(segment, number => new Lazy<SafeFileHandle>(() => SegmentFiles.OpenRead(folder, number))).Value;
        }
        catch (FileNotFoundException error)
        {
            _handles.TryRemove(segment, out _);
            throw new DataLossException($"Log segment {SegmentFiles.Path(folder, segment)} is missing; restore the file from a backup.", "log", error);
        }
    }
}
