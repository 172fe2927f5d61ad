using Google.Protobuf;
using Grpc.Core;
using Orleans.MLOps.Client.Streams;

namespace Orleans.MLOps.Gateway.Streams;

/// <summary>The pieces of an upload as one stream of bytes, of which at most one piece is in memory.</summary>
internal sealed class PieceReadStream<TPiece>(IAsyncStreamReader<TPiece> pieces, Func<TPiece, ByteString> content) : Stream
{
    private ReadOnlyMemory<byte> rest;
    private long received;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => received - rest.Length;
        set => throw new NotSupportedException();
    }

    /// <summary>Takes a piece that was read from the call before the stream was made.</summary>
    public void Push(TPiece piece)
    {
        var bytes = content(piece);
        if (bytes.Length > Pieces.MaximumBytes)
        {
            throw new InvalidInputException(
                $"The piece at byte {received} holds {bytes.Length} bytes: at most {Pieces.MaximumBytes} are allowed.", "content");
        }

        rest = bytes.Memory;
        received += bytes.Length;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        while (rest.IsEmpty)
        {
            if (!await MoveNextAsync(cancellationToken).ConfigureAwait(false))
            {
                return 0;
            }

            Push(pieces.Current);
        }

        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        rest = rest[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Uploads are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>A request stream that breaks means that the caller has left, which the call's own token may say only a moment later.</summary>
    private async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await pieces.MoveNext(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new OperationCanceledException("The caller left before its upload was complete.", error, cancellationToken);
        }
    }
}
