using System.Text;

namespace Orleans.MLOps.Grains.Features;

/// <summary>The bytes of observations in a view's online log.</summary>
internal static class ObservationCodec
{
    private const byte Version = 1;

    public static byte[] Encode(OnlineRequest request)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Version);
        writer.Write7BitEncodedInt(request.ObservationKeys.Length);
        for (var i = 0; i < request.ObservationKeys.Length; i++)
        {
            writer.Write(request.ObservationKeys[i]);
            writer.Write(request.ObservationValues[i]);
            writer.Write(request.ObservedAt[i]);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="DataLossException">The bytes are not observations of a known version.</exception>
    public static void Replay(ReadOnlyMemory<byte> frame, OnlineWindows windows)
    {
        using var reader = new BinaryReader(new MemoryStream(frame.ToArray(), writable: false), Encoding.UTF8);
        try
        {
            var version = reader.ReadByte();
            if (version != Version)
            {
                throw new DataLossException($"Observations have format version {version}; {Version} is known.");
            }

            for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
            {
                windows.Observe(reader.ReadString(), reader.ReadDouble(), reader.ReadInt64());
            }
        }
        catch (EndOfStreamException error)
        {
            throw new DataLossException("Observations end before their last row.", inner: error);
        }
    }
}
