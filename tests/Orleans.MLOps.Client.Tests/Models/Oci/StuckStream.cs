namespace Orleans.MLOps.Client.Tests.Models.Oci;

/// <summary>Never gives anything.</summary>
public sealed class StuckStream : ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }
}
