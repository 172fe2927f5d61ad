using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>Frames messages into a stream. Holds at most one piece and the message that fills it; the caller flushes at the end.</summary>
internal sealed class RecordWriter(Stream stream)
{
    private const int PieceBytes = 64 << 10;

    private readonly ArrayBufferWriter<byte> _piece = new(PieceBytes);

    public async ValueTask WriteAsync(IMessage message, CancellationToken cancellationToken)
    {
        Append(message);
        if (_piece.WrittenCount >= PieceBytes)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_piece.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _piece.ResetWrittenCount();
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Append(IMessage message)
    {
        var length = message.CalculateSize();
        var total = RecordFrame.HeaderBytes + length + RecordFrame.CrcBytes;
        var frame = _piece.GetSpan(total)[..total];
        BinaryPrimitives.WriteUInt64LittleEndian(frame, (ulong)length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[RecordFrame.LengthBytes..], MaskedCrc.Of(frame[..RecordFrame.LengthBytes]));
        var data = frame.Slice(RecordFrame.HeaderBytes, length);
        message.WriteTo(data);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[(RecordFrame.HeaderBytes + length)..], MaskedCrc.Of(data));
        _piece.Advance(total);
    }
}
