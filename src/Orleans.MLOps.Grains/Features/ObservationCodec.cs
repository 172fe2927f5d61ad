namespace Orleans.MLOps.Grains.Features;

/// <summary>Observations as frames of a log: each key once a frame, instants as differences.</summary>
internal static class ObservationCodec
{
    /// <summary>Observations of one frame at most; with the longest keys it stays far below a log's largest frame.</summary>
    public const int LargestFrame = 10_000;

    private const byte FormatVersion = 1;

    public static IEnumerable<byte[]> Write(string[] keys, double[] values, long[] availableAt)
    {
        for (var start = 0; start < keys.Length; start += LargestFrame)
        {
            yield return Write(keys, values, availableAt, start, Math.Min(keys.Length, start + LargestFrame));
        }
    }

    /// <exception cref="DataLossException">The frame is not one that <see cref="Write(string[], double[], long[])"/> made.</exception>
    public static void Read(ReadOnlyMemory<byte> frame, Action<string, double, long> observe)
    {
        using var reader = new BinaryReader(new MemoryStream(frame.ToArray(), writable: false));
        try
        {
            var version = reader.ReadByte();
            if (version != FormatVersion)
            {
                throw new DataLossException($"A frame of observations has format {version}; format {FormatVersion} can be read.");
            }

            var keys = new string[reader.Read7BitEncodedInt()];
            for (var i = 0; i < keys.Length; i++)
            {
                keys[i] = reader.ReadString();
            }

            var time = 0L;
            for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
            {
                var key = keys[reader.Read7BitEncodedInt()];
                time += reader.Read7BitEncodedInt64();
                observe(key, reader.ReadDouble(), time);
            }
        }
        catch (Exception error) when (error is EndOfStreamException or FormatException or IndexOutOfRangeException)
        {
            throw new DataLossException($"A frame of {frame.Length} bytes holds no observations: {error.Message}", inner: error);
        }
    }

    private static byte[] Write(string[] keys, double[] values, long[] availableAt, int start, int end)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = start; i < end; i++)
        {
            numbers.TryAdd(keys[i], numbers.Count);
        }

        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(FormatVersion);
        writer.Write7BitEncodedInt(numbers.Count);
        foreach (var key in numbers.Keys)
        {
            writer.Write(key);
        }

        writer.Write7BitEncodedInt(end - start);
        var previous = 0L;
        for (var i = start; i < end; i++)
        {
            writer.Write7BitEncodedInt(numbers[keys[i]]);
            writer.Write7BitEncodedInt64(availableAt[i] - previous);
            writer.Write(values[i]);
            previous = availableAt[i];
        }

        writer.Flush();
        return stream.ToArray();
    }
}
