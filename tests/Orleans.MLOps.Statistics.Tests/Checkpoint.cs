namespace Orleans.MLOps.Statistics.Tests;

/// <summary>Writes and reads states as a host would.</summary>
internal static class Checkpoint
{
    public static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            write(writer);
        return stream.ToArray();
    }

    /// <summary>Reads back what was written and requires that every byte was used.</summary>
    public static T Copy<T>(Action<BinaryWriter> write, Func<BinaryReader, T> read)
    {
        using var stream = new MemoryStream(Bytes(write));
        using var reader = new BinaryReader(stream);
        var copy = read(reader);
        Assert.Equal(stream.Length, stream.Position);
        return copy;
    }

    public static T Read<T>(byte[] bytes, Func<BinaryReader, T> read)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        return read(reader);
    }

    /// <summary>A state must refuse another kind, another version and every truncation, and never fail otherwise when a byte is damaged.</summary>
    public static void RefusesDamage<T>(byte[] good, Func<BinaryReader, T> read)
    {
        Read(good, read);
        Assert.Throws<InvalidDataException>(() => Read([(byte)(good[0] + 1), .. good[1..]], read));
        Assert.Throws<InvalidDataException>(() => Read([good[0], (byte)(good[1] + 1), .. good[2..]], read));
        Assert.Throws<InvalidDataException>(() => Read([good[0], 0, .. good[2..]], read));
        var step = Math.Max(1, good.Length / 200);
        for (var length = 0; length < good.Length; length += step)
        {
            var cut = good[..length];
            var error = Record.Exception(() => Read(cut, read));
            Assert.True(error is InvalidDataException or EndOfStreamException, $"cut at {length}: {error}");
        }
        for (var at = 0; at < good.Length; at += step)
        {
            foreach (var mask in new byte[] { 0xFF, 0x80, 0x01 })
            {
                var bad = (byte[])good.Clone();
                bad[at] ^= mask;
                var error = Record.Exception(() => Read(bad, read));
                Assert.True(error is null or InvalidDataException or EndOfStreamException, $"byte {at} xor {mask}: {error}");
            }
        }
    }
}
