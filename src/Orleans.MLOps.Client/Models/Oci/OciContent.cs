using System.Net;
using System.Net.Http.Headers;

namespace Orleans.MLOps.Client.Models.Oci;

/// <summary>A request's body that is streamed from a file, of known length.</summary>
internal sealed class OciContent : HttpContent
{
    private readonly Func<Stream> open;
    private readonly long length;
    private readonly Patience patience;

    public OciContent(Func<Stream> open, long length, string mediaType, Patience patience)
    {
        (this.open, this.length, this.patience) = (open, length, patience);
        Headers.ContentType = new MediaTypeHeaderValue(mediaType);
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var source = open();
        await using (source.ConfigureAwait(false))
        {
            await OciCopy.RunAsync(source, stream, patience, error => error).ConfigureAwait(false);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = this.length;
        return true;
    }
}
