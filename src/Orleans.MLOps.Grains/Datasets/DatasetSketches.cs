using System.Text;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>The sketches of a dataset version, as a blob beside it; drift references are made from them.</summary>
internal sealed class DatasetSketches(long rows, IReadOnlyList<ColumnSketch> columns)
{
    private const uint Magic = 0x50534D4D; // "MMSP"
    private const byte FormatVersion = 1;

    public long Rows { get; } = rows;

    public IReadOnlyList<ColumnSketch> Columns { get; } = columns;

    public DatasetProfile Describe() => new() { RowCount = Rows, Columns = [.. Columns.Select(column => column.Describe())] };

    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var writer = new BinaryWriter(buffer, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(FormatVersion);
            writer.Write(Rows);
            writer.Write(Columns.Count);
            foreach (var column in Columns)
            {
                column.Write(writer);
            }
        }

        return buffer.ToArray();
    }

    /// <exception cref="DataLossException">The blob holds no sketches.</exception>
    public static async Task<DatasetSketches> ReadAsync(IBlobStore blobs, string digest, CancellationToken cancellationToken = default)
    {
        using var buffer = new MemoryStream(await blobs.ReadOwnAsync(digest, "the profile of a dataset version", cancellationToken).ConfigureAwait(false));
        try
        {
            return Read(buffer);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new DataLossException($"Blob {digest} does not hold the sketches of a dataset version: {error.Message}", inner: error);
        }
    }

    /// <summary>Reads the blob and describes it.</summary>
    /// <exception cref="DataLossException">The blob holds no sketches.</exception>
    public static async Task<DatasetProfile> DescribeAsync(IBlobStore blobs, string digest, CancellationToken cancellationToken = default) =>
        (await ReadAsync(blobs, digest, cancellationToken).ConfigureAwait(false)).Describe();

    private static DatasetSketches Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        if (reader.ReadUInt32() != Magic || reader.ReadByte() != FormatVersion)
        {
            throw new InvalidDataException("the first bytes are not those of the format");
        }

        var rows = reader.ReadInt64();
        var count = reader.ReadInt32();
        var columns = new List<ColumnSketch>();
        for (var i = 0; i < count; i++)
        {
            columns.Add(ColumnSketch.Read(reader));
        }

        return new DatasetSketches(rows, columns);
    }
}
