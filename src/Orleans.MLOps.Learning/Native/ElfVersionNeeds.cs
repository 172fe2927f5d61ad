using System.Buffers.Binary;

namespace Orleans.MLOps.Learning.Native;

/// <summary>
/// Edits the table of needed symbol versions of a 64-bit little-endian ELF image (System V gABI and the LSB's symbol versioning:
/// section type SHT_GNU_verneed, records Elf64_Verneed and Elf64_Vernaux).
/// </summary>
internal static class ElfVersionNeeds
{
    private const uint VersionNeedSection = 0x6ffffffe;
    private const ushort WeakFlag = 2;
    private static ReadOnlySpan<byte> Magic => [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1];

    /// <summary>Marks a needed version as weak, so the loader accepts a library that lacks it as long as no symbol of it is called.</summary>
    /// <returns>False when the image is no such ELF file or does not need the version.</returns>
    public static bool MakeWeak(Span<byte> image, string version)
    {
        if (image.Length < 64 || !image.StartsWith(Magic))
            return false;
        try
        {
            var sections = (int)BinaryPrimitives.ReadUInt64LittleEndian(image[0x28..]);
            var size = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3a..]);
            var count = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3c..]);
            for (var i = 0; i < count; i++)
            {
                var section = image.Slice(sections + i * size, size);
                if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) == VersionNeedSection
                    && MakeWeakIn(image[(int)BinaryPrimitives.ReadUInt64LittleEndian(section[24..])..], Hash(version)))
                    return true;
            }
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }

        return false;
    }

    private static bool MakeWeakIn(Span<byte> needs, uint hash)
    {
        for (var need = 0; ;)
        {
            var auxiliaries = BinaryPrimitives.ReadUInt16LittleEndian(needs[(need + 2)..]);
            var auxiliary = need + (int)BinaryPrimitives.ReadUInt32LittleEndian(needs[(need + 8)..]);
            for (var i = 0; i < auxiliaries; i++)
            {
                var record = needs[auxiliary..];
                if (BinaryPrimitives.ReadUInt32LittleEndian(record) == hash)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(record[4..], WeakFlag);
                    return true;
                }

                auxiliary += (int)BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
            }

            var next = (int)BinaryPrimitives.ReadUInt32LittleEndian(needs[(need + 12)..]);
            if (next == 0)
                return false;
            need += next;
        }
    }

    private static uint Hash(string name)
    {
        var hash = 0u;
        foreach (var character in name)
        {
            hash = (hash << 4) + character;
            var high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }
}
