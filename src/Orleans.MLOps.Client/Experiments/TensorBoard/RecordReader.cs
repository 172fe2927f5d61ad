using System.Buffers.Binary;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>Takes records out of a stream one by one and checks both checksums. Holds one record.</summary>
internal sealed class RecordReader(Stream stream)
{
    private const int PieceBytes = 64 << 10;

    private readonly byte[] _header = new byte[RecordFrame.HeaderBytes];
    private byte[] _data = [];
    private long _next;

    /// <summary>Where the record that was read last starts.</summary>
    public long Offset { get; private set; }

    /// <summary>The next record's data, valid until the next call; null at the end.</summary>
    /// <exception cref="InvalidInputException">A record is cut short, damaged or too long; the message names its offset.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        Offset = _next;
        var read = await stream.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read == 0)
        {
            return null;
        }

        var length = Length(read);
        var wanted = length + RecordFrame.CrcBytes;
        await FillAsync(wanted, cancellationToken).ConfigureAwait(false);
        var data = _data.AsMemory(0, length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(_data.AsSpan(length)) != MaskedCrc.Of(data.Span))
        {
            throw Wrong("does not match the checksum of its data");
        }

        _next = Offset + RecordFrame.HeaderBytes + wanted;
        return data;
    }

    public InvalidInputException Wrong(string what, Exception? inner = null) => new($"The record at byte {Offset} of the event file {what}.", "content", inner);

    private int Length(int read)
    {
        if (read < _header.Length)
        {
            throw Wrong($"is cut short: {read} of the {_header.Length} bytes of its header are there");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(_header.AsSpan(RecordFrame.LengthBytes)) != MaskedCrc.Of(_header.AsSpan(0, RecordFrame.LengthBytes)))
        {
            throw Wrong("does not match the checksum of its length");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(_header);
        return length <= RecordFrame.LongestData
            ? (int)length
            : throw Wrong($"claims {length} bytes: at most {RecordFrame.LongestData} are allowed");
    }

    /// <summary>Memory grows with the bytes that came, not with those that were announced.</summary>
    private async ValueTask FillAsync(int wanted, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < wanted)
        {
            if (filled == _data.Length)
            {
                Array.Resize(ref _data, Math.Max(PieceBytes, filled * 2));
            }

            var piece = _data.AsMemory(filled, Math.Min(wanted, _data.Length) - filled);
            var read = await stream.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            filled += read;
            if (read < piece.Length)
            {
                throw Wrong($"is cut short: {filled} of the {wanted} bytes after its header are there");
            }
        }
    }
}
