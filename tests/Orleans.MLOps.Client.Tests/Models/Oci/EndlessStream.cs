namespace Orleans.MLOps.Client.Tests.Models.Oci;

/// <summary>Gives zeros for ever.</summary>
public sealed class EndlessStream : ReadOnlyStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        buffer.Span.Clear();
        return ValueTask.FromResult(buffer.Length);
    }
}
