using System.Text;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>The bytes of a label frame in the label log; little-endian, one fixed record a row.</summary>
internal static class LabelFrameCodec
{
    private const byte Version = 2;
    private const int BytesARow = sizeof(uint) + sizeof(long) + sizeof(int) + 1 + 1 + sizeof(long) + sizeof(int) + sizeof(long) + sizeof(float);

    public static byte[] Encode(LabelFrame frame)
    {
        using var bytes = new MemoryStream(64 + (frame.Rows.Length * BytesARow));
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Version);
        writer.Write(frame.Number);
        writer.Write(frame.View ?? "");
        writer.Write(frame.Rows.Length);
        foreach (var row in frame.Rows)
        {
            writer.Write(row.Recorder);
            writer.Write(row.Sequence);
            writer.Write(row.Row);
            writer.Write((byte)row.Kind);
            writer.Write(row.Value);
            writer.Write(row.ObservedAt);
            writer.Write(row.Version);
            writer.Write(row.EventTime);
            writer.Write(row.Probability);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="DataLossException">The bytes are not a frame of a known version.</exception>
    public static LabelFrame Decode(ReadOnlyMemory<byte> bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes.ToArray(), writable: false), Encoding.UTF8);
        try
        {
            var version = reader.ReadByte();
            if (version != Version)
            {
                throw new DataLossException($"A label frame has format version {version}; {Version} is known.");
            }

            var number = reader.ReadInt64();
            var view = reader.ReadString();
            var count = reader.ReadInt32();
            if (count < 0 || bytes.Length != reader.BaseStream.Position + ((long)count * BytesARow))
            {
                throw new DataLossException($"A label frame of {bytes.Length} bytes claims {count} rows.");
            }

            var rows = new LabelRow[count];
            for (var i = 0; i < rows.Length; i++)
            {
                rows[i] = new LabelRow
                {
                    Recorder = reader.ReadUInt32(),
                    Sequence = reader.ReadInt64(),
                    Row = reader.ReadInt32(),
                    Kind = (LabelKind)reader.ReadByte(),
                    Value = reader.ReadByte(),
                    ObservedAt = reader.ReadInt64(),
                    Version = reader.ReadInt32(),
                    EventTime = reader.ReadInt64(),
                    Probability = reader.ReadSingle(),
                };
            }

            return new LabelFrame { Number = number, Rows = rows, View = view.Length == 0 ? null : view };
        }
        catch (EndOfStreamException error)
        {
            throw new DataLossException("A label frame ends before its last row.", inner: error);
        }
    }
}
