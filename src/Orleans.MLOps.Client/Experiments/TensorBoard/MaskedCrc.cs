using System.Buffers.Binary;
using System.Numerics;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>The checksum of event files: a CRC32C, rotated and shifted so that a checksum over checksums stays strong.</summary>
internal static class MaskedCrc
{
    private const uint Shift = 0xa282ead8;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return unchecked(BitOperations.RotateRight(~crc, 15) + Shift);
    }
}
