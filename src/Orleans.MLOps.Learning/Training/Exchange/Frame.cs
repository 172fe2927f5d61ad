using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Orleans.MLOps.Learning.Training.Exchange;

/// <summary>
/// A reused frame: a header of 16 bytes (kind, payload length, sequence number; little-endian) and its payload in one buffer, so that one call sends both.
/// Vectors travel as the machine's own floats: .NET runs on little-endian machines only.
/// </summary>
internal sealed class Frame(int payload)
{
    public const int HeaderLength = 16;

    private readonly byte[] _bytes = new byte[HeaderLength + payload];

    public Span<byte> Header => _bytes.AsSpan(0, HeaderLength);

    public Span<byte> Payload => _bytes.AsSpan(HeaderLength);

    public Span<float> Values => MemoryMarshal.Cast<byte, float>(Payload);

    public static Frame OfVectors(int count, int length) => new(checked(count * length * sizeof(float)));

    /// <summary>The bytes to send, under a new header.</summary>
    public ReadOnlySpan<byte> Seal(FrameKind kind, long sequence)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes, (int)kind);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(4), Payload.Length);
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(8), sequence);
        return _bytes;
    }

    public static (FrameKind Kind, int Length, long Sequence) ReadHeader(ReadOnlySpan<byte> header) => (
        (FrameKind)BinaryPrimitives.ReadInt32LittleEndian(header),
        BinaryPrimitives.ReadInt32LittleEndian(header[4..]),
        BinaryPrimitives.ReadInt64LittleEndian(header[8..]));
}
