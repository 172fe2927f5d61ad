namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>
/// A package as it is read. Until <see cref="Lift"/> only so many bytes are given out, so that a file with millions of entries is refused
/// before they fill the memory.
/// </summary>
internal sealed class BudgetStream(Stream source, long budget) : Stream
{
    private long spent;
    private bool lifted;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => source.Length;

    public override long Position
    {
        get => source.Position;
        set => source.Position = value;
    }

    public void Lift() => lifted = true;

    public override int Read(Span<byte> buffer) => Spend(source.Read(buffer));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Spend(await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => source.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Spend(int read)
    {
        if (!lifted && (spent += read) > budget)
        {
            throw new InvalidInputException(
                $"The package's list of files takes more than {budget} bytes; a package holds {ModelPackageFormat.Entries.Count + 1} files at most.", "package");
        }

        return read;
    }
}
