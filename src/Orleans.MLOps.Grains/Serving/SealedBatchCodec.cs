using System.Runtime.InteropServices;
using System.Text;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>The bytes of a sealed batch in the prediction log: columns, texts by a dictionary of the batch, little-endian.</summary>
internal static class SealedBatchCodec
{
    private const byte Version = 2;

    /// <summary>Without operations.</summary>
    private const byte VersionWithoutOperations = 1;

    /// <summary>What a row takes at least: its time, version, probability and latency.</summary>
    private const int BytesARow = sizeof(long) + sizeof(int) + sizeof(float) + sizeof(float);

    /// <summary>Most bytes of one batch's rows; a frame of the log has room for them and for the columns' names.</summary>
    public const int LargestBatch = 12 << 20;

    private const int MostBytesOfACode = 5;
    private const int MostBytesOfACharacter = 3;

    /// <summary>What rows take at most. Texts count each time, although a batch holds each but once.</summary>
    public static long MostBytes(int rows, int numeric, string[][] categorical, string[]? windowKeys)
    {
        var bytes = (long)rows * (BytesARow + (numeric * sizeof(double)));
        foreach (var column in categorical)
        {
            bytes += MostBytesOf(column);
        }

        return windowKeys is null ? bytes : bytes + MostBytesOf(windowKeys);
    }

    public static byte[] Encode(SealedBatch batch)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Version);
        writer.Write(batch.Recorder);
        writer.Write(batch.Sequence);
        writer.Write(batch.Rows);
        WriteColumn<long>(writer, batch.EventTimes);
        WriteColumn<int>(writer, batch.Versions);
        WriteColumn<float>(writer, batch.Probabilities);
        WriteColumn<float>(writer, batch.Latencies);
        writer.Write7BitEncodedInt(batch.Numeric.Length);
        for (var i = 0; i < batch.Numeric.Length; i++)
        {
            writer.Write(batch.NumericNames[i]);
            WriteColumn<double>(writer, batch.Numeric[i]);
        }

        writer.Write7BitEncodedInt(batch.Categorical.Length);
        for (var i = 0; i < batch.Categorical.Length; i++)
        {
            writer.Write(batch.CategoricalNames[i]);
            WriteTexts(writer, batch.Categorical[i]);
        }

        writer.Write(batch.WindowKeys is not null);
        if (batch.WindowKeys is { } keys)
        {
            WriteTexts(writer, keys);
        }

        writer.Write7BitEncodedInt(batch.Operations.Length);
        foreach (var operation in batch.Operations)
        {
            writer.Write(operation.Id.ToByteArray());
            writer.Write(operation.FirstRow);
            writer.Write(operation.Rows);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="DataLossException">The bytes are not a batch of a known version.</exception>
    public static SealedBatch Decode(ReadOnlyMemory<byte> frame)
    {
        using var reader = new BinaryReader(new MemoryStream(frame.ToArray(), writable: false), Encoding.UTF8);
        try
        {
            var version = reader.ReadByte();
            if (version is not (Version or VersionWithoutOperations))
            {
                throw new DataLossException($"A prediction batch has format version {version}; {VersionWithoutOperations} and {Version} are known.");
            }

            var (recorder, sequence, rows) = (reader.ReadUInt32(), reader.ReadInt64(), reader.ReadInt32());
            if (rows < 0 || (long)rows * BytesARow > frame.Length)
            {
                throw new DataLossException($"A prediction batch of {frame.Length} bytes claims {rows} rows.");
            }

            var (times, versions) = (ReadColumn<long>(reader, rows), ReadColumn<int>(reader, rows));
            var (probabilities, latencies) = (ReadColumn<float>(reader, rows), ReadColumn<float>(reader, rows));
            var numeric = ReadNamed(reader, () => ReadColumn<double>(reader, rows));
            var categorical = ReadNamed(reader, () => ReadTexts(reader, rows));
            var keys = reader.ReadBoolean() ? ReadTexts(reader, rows) : null;
            var operations = version == VersionWithoutOperations ? [] : ReadOperations(reader, rows);
            if (reader.BaseStream.Position != frame.Length)
            {
                throw new DataLossException($"A prediction batch has {frame.Length - reader.BaseStream.Position} bytes behind its last column.");
            }

            return new SealedBatch
            {
                Recorder = recorder,
                Sequence = sequence,
                Rows = rows,
                EventTimes = times,
                Versions = versions,
                Probabilities = probabilities,
                Latencies = latencies,
                NumericNames = numeric.Names,
                Numeric = numeric.Columns,
                CategoricalNames = categorical.Names,
                Categorical = categorical.Columns,
                WindowKeys = keys,
                Operations = operations,
            };
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException or FormatException or ArgumentException)
        {
            throw new DataLossException($"A prediction batch cannot be read: {error.Message}", inner: error);
        }
    }

    private static long MostBytesOf(string[] texts)
    {
        long bytes = 0;
        foreach (var text in texts)
        {
            bytes += (2 * MostBytesOfACode) + ((long)text.Length * MostBytesOfACharacter);
        }

        return bytes;
    }

    private static void WriteColumn<T>(BinaryWriter writer, ReadOnlySpan<T> values)
        where T : unmanaged => writer.Write(MemoryMarshal.AsBytes(values));

    private static T[] ReadColumn<T>(BinaryReader reader, int rows)
        where T : unmanaged
    {
        var values = new T[rows];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private static void WriteTexts(BinaryWriter writer, string[] values)
    {
        var codes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var value in values)
        {
            codes.TryAdd(value, codes.Count);
        }

        writer.Write7BitEncodedInt(codes.Count);
        foreach (var text in codes.Keys)
        {
            writer.Write(text);
        }

        foreach (var value in values)
        {
            writer.Write7BitEncodedInt(codes[value]);
        }
    }

    private static string[] ReadTexts(BinaryReader reader, int rows)
    {
        var dictionary = new string[ReadCount(reader, rows)];
        for (var i = 0; i < dictionary.Length; i++)
        {
            dictionary[i] = reader.ReadString();
        }

        var values = new string[rows];
        for (var row = 0; row < rows; row++)
        {
            values[row] = dictionary[ReadCount(reader, dictionary.Length - 1)];
        }

        return values;
    }

    private static PredictionOperation[] ReadOperations(BinaryReader reader, int rows)
    {
        var operations = new PredictionOperation[ReadCount(reader, rows)];
        for (var i = 0; i < operations.Length; i++)
        {
            operations[i] = new PredictionOperation(new Guid(reader.ReadBytes(16)), reader.ReadInt32(), reader.ReadInt32());
            if (operations[i] is not { FirstRow: >= 0, Rows: > 0 } || (long)operations[i].FirstRow + operations[i].Rows > rows)
            {
                throw new InvalidDataException($"Operation {i} claims {operations[i].Rows} rows from {operations[i].FirstRow} of {rows}.");
            }
        }

        return operations;
    }

    private static int ReadCount(BinaryReader reader, long most)
    {
        var count = reader.Read7BitEncodedInt();
        return count >= 0 && count <= most ? count : throw new InvalidDataException($"{count} stands where 0 to {most} is possible.");
    }

    private static (string[] Names, T[] Columns) ReadNamed<T>(BinaryReader reader, Func<T> read)
    {
        var count = ReadCount(reader, reader.BaseStream.Length);
        var (names, columns) = (new string[count], new T[count]);
        for (var i = 0; i < count; i++)
        {
            names[i] = reader.ReadString();
            columns[i] = read();
        }

        return (names, columns);
    }
}
