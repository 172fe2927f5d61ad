using System.Security.Cryptography;

namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>Passes on what is written, at most as many bytes as announced, and in the end compares their SHA-256 with the announced one.</summary>
internal sealed class VerifyingStream(Stream target, ModelPackageEntry expected) : Stream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long written;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => written;
        set => throw new NotSupportedException();
    }

    /// <exception cref="DataLossException">The bytes are fewer than announced, or others.</exception>
    public void Complete()
    {
        if (written != expected.Length)
        {
            throw new DataLossException($"'{expected.Name}' came with {written} bytes; {expected.Length} were announced.", expected.Name);
        }

        var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (digest != expected.Sha256)
        {
            throw new DataLossException($"'{expected.Name}' came with the SHA-256 {digest}; {expected.Sha256} was announced.", expected.Name);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Count(buffer.Span);
        await target.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Count(buffer);
        target.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => target.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => target.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Count(ReadOnlySpan<byte> piece)
    {
        if (piece.Length > expected.Length - written)
        {
            throw new DataLossException($"'{expected.Name}' came with more than the {expected.Length} bytes that were announced.", expected.Name);
        }

        written += piece.Length;
        hash.AppendData(piece);
    }
}
