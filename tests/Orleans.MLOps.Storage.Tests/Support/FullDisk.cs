namespace Orleans.MLOps.Storage.Tests.Support;

/// <summary>A file on a disk that is full after some bytes: fails as the operating system does.</summary>
internal sealed class FullDisk(Stream inner, long room) : MemoryStream
{
    private static readonly int NoSpace = OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28;

    private long _room = room;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _room -= buffer.Length;
        if (_room < 0)
        {
            throw new IOException("No space left on device", NoSpace);
        }

        await inner.WriteAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
