namespace Orleans.MLOps.Grains.Features;

/// <summary>Observations as frames of a log: each key once a frame, instants as differences. Those of a numbered source stand in one frame with it.</summary>
internal static class ObservationCodec
{
    /// <summary>Observations of one frame at most; with the longest keys it stays far below a log's largest frame.</summary>
    public const int LargestFrame = 10_000;

    private const byte FormatVersion = 1;
    private const byte NumberedVersion = 2;

    public static IEnumerable<byte[]> Write(string[] keys, double[] values, long[] availableAt)
    {
        for (var start = 0; start < keys.Length; start += LargestFrame)
        {
            yield return Write(null, 0, keys, values, availableAt, start, Math.Min(keys.Length, start + LargestFrame));
        }
    }

    /// <summary>All observations of a request in one frame, so that a crash keeps all of them or none.</summary>
    public static byte[] WriteNumbered(OnlineRequest request) =>
        Write(request.Source, request.Number, request.ObservationKeys, request.ObservationValues, request.ObservedAt, 0, request.ObservationKeys.Length);

    /// <exception cref="DataLossException">The frame is not one that <see cref="Write(string[], double[], long[])"/> made.</exception>
    public static void Read(ReadOnlyMemory<byte> frame, Action<string, double, long> observe, Action<string, long>? take = null)
    {
        using var reader = new BinaryReader(new MemoryStream(frame.ToArray(), writable: false));
        try
        {
            var version = reader.ReadByte();
            if (version is not (FormatVersion or NumberedVersion))
            {
                throw new DataLossException($"A frame of observations has format {version}; formats {FormatVersion} and {NumberedVersion} can be read.");
            }

            if (version == NumberedVersion)
            {
                var (source, number) = (reader.ReadString(), reader.ReadInt64());
                take?.Invoke(source, number);
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

    private static byte[] Write(string? source, long number, string[] keys, double[] values, long[] availableAt, int start, int end)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = start; i < end; i++)
        {
            numbers.TryAdd(keys[i], numbers.Count);
        }

        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(source is null ? FormatVersion : NumberedVersion);
        if (source is not null)
        {
            writer.Write(source);
            writer.Write(number);
        }

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
