using Microsoft.Win32.SafeHandles;

namespace Orleans.MLOps.Storage.Logs;

/// <summary>Finds the end of the last segment after a crash.</summary>
internal static class SegmentRecovery
{
    private const int WindowBytes = FrameFormat.HeaderBytes + FrameFormat.MaxPayloadBytes;

    /// <returns>Where the whole frames end. What follows was never acknowledged as durable and is to be cut off.</returns>
    /// <exception cref="DataLossException">A damaged frame stands where a later frame says that the disk had whole ones.</exception>
    public static long FindEnd(SafeFileHandle handle, string path, int segment)
    {
        var length = RandomAccess.GetLength(handle);
        var buffer = new byte[Math.Min(length, WindowBytes * 2)];
        var start = 0L;
        var filled = 0;
        var offset = 0L;
        while (true)
        {
            if (offset + WindowBytes > start + filled && start + filled < length)
            {
                start = offset;
                filled = ReadFully(handle, buffer, start);
            }

            var bytes = buffer.AsSpan((int)(offset - start), filled - (int)(offset - start));
            if (!FrameFormat.IsFrame(bytes, new LogPosition(segment, offset)))
            {
                break;
            }

            offset += FrameFormat.HeaderBytes + FrameFormat.PayloadLength(bytes);
        }

        if (offset < length)
        {
            RequireTorn(handle, path, segment, offset, length);
        }

        return offset;
    }

    /// <summary>After a power cut blocks may have reached the disk out of order, so a whole frame behind a bad one is no proof of damage; its watermark is.</summary>
    private static void RequireTorn(SafeFileHandle handle, string path, int segment, long bad, long length)
    {
        var tail = new byte[Math.Min(length - bad, int.MaxValue / 2)];
        var filled = ReadFully(handle, tail, bad);
        for (var at = 1; at + FrameFormat.HeaderBytes <= filled; at++)
        {
            var bytes = tail.AsSpan(at, filled - at);
            if (FrameFormat.PayloadLength(bytes) >= 0 && FrameFormat.Watermark(bytes) > bad && FrameFormat.IsFrame(bytes, new LogPosition(segment, bad + at)))
            {
                throw new DataLossException($"Log segment {path} is damaged at byte {bad}: a whole frame at byte {bad + at} says that it was on disk. Restore the file from a backup.", "log");
            }
        }
    }

    private static int ReadFully(SafeFileHandle handle, byte[] buffer, long offset)
    {
        var filled = 0;
        int read;
        while (filled < buffer.Length && (read = RandomAccess.Read(handle, buffer.AsSpan(filled), offset + filled)) > 0)
        {
            filled += read;
        }

        return filled;
    }
}
