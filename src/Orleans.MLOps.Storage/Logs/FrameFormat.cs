using System.Buffers.Binary;

namespace Orleans.MLOps.Storage.Logs;

/// <summary>
/// A frame on disk, little-endian: magic (4), payload length (4), durable watermark (8), CRC-32C (4), payload. The watermark is the offset up to
/// which the segment was known to be on disk when the frame was written. The checksum covers all the rest and the frame's
/// position, so bytes that moved are no frame.
/// </summary>
internal static class FrameFormat
{
    public const int HeaderBytes = 20;
    public const int MaxPayloadBytes = 16 << 20;

    private const uint Magic = 0x314C_4D4F;

    public static void Write(Span<byte> target, LogPosition position, long watermark, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], payload.Length);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], watermark);
        BinaryPrimitives.WriteUInt32LittleEndian(target[16..], Checksum(position, payload.Length, watermark, payload));
        payload.CopyTo(target[HeaderBytes..]);
    }

    /// <summary>The payload's length that a header states; negative when it is no header.</summary>
    public static int PayloadLength(ReadOnlySpan<byte> header)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(header) == Magic && length is >= 0 and <= MaxPayloadBytes ? length : -1;
    }

    public static long Watermark(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt64LittleEndian(header[8..]);

    /// <summary>Whether the bytes start with a whole, undamaged frame of this position.</summary>
    public static bool IsFrame(ReadOnlySpan<byte> bytes, LogPosition position)
    {
        if (bytes.Length < HeaderBytes)
        {
            return false;
        }

        var length = PayloadLength(bytes);
        return length >= 0 && bytes.Length >= HeaderBytes + length
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]) == Checksum(position, length, Watermark(bytes), bytes.Slice(HeaderBytes, length));
    }

    private static uint Checksum(LogPosition position, int length, long watermark, ReadOnlySpan<byte> payload)
    {
        Span<byte> fields = stackalloc byte[24];
        BinaryPrimitives.WriteInt32LittleEndian(fields, position.Segment);
        BinaryPrimitives.WriteInt64LittleEndian(fields[4..], position.Offset);
        BinaryPrimitives.WriteInt32LittleEndian(fields[12..], length);
        BinaryPrimitives.WriteInt64LittleEndian(fields[16..], watermark);
        return Crc32C.Compute(fields, payload);
    }
}
