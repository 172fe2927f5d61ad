namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>
/// Where a package is written: forwards only, whatever the stream below can do, so that the bytes are the same for all. Once cut, nothing
/// more arrives below: a broken package stays without its directory, and nobody takes it for a whole one.
/// </summary>
internal sealed class PackageTarget(Stream target) : Stream
{
    private bool cut;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Cut() => cut = true;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        cut ? ValueTask.CompletedTask : target.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!cut)
        {
            target.Write(buffer);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        if (!cut)
        {
            target.Flush();
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => cut ? Task.CompletedTask : target.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
