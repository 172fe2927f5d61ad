using System.Buffers;

namespace Orleans.MLOps.Client.Models.Oci;

/// <summary>Copies bytes piece by piece and tells of every piece.</summary>
internal static class OciCopy
{
    private const int Piece = 128 * 1024;

    public static async Task RunAsync(Stream source, Stream target, Patience patience, Func<Exception, Exception> translateRead)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            int read;
            while ((read = await ReadAsync().ConfigureAwait(false)) > 0)
            {
                await target.WriteAsync(buffer.AsMemory(0, read), patience.Token).ConfigureAwait(false);
                patience.Renew();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        async ValueTask<int> ReadAsync()
        {
            try
            {
                return await source.ReadAsync(buffer.AsMemory(0, Piece), patience.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is OperationCanceledException or IOException)
            {
                throw translateRead(error);
            }
        }
    }
}
