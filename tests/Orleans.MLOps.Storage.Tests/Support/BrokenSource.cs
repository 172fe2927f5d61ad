namespace Orleans.MLOps.Storage.Tests.Support;

/// <summary>Gives some bytes and then breaks, as an upload does when its client goes away.</summary>
internal sealed class BrokenSource : MemoryStream
{
    private bool _gave;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_gave)
        {
            throw new EndOfStreamException("The client went away.");
        }

        _gave = true;
        return ValueTask.FromResult(10);
    }
}
