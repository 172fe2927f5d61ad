using System.Net;
using System.Net.Http.Headers;
using Orleans.MLOps.Client.Models.Packages;

namespace Orleans.MLOps.Client.Models.Oci;

/// <summary>Brings a package into one repository: the blobs that it lacks, then the manifest that makes them visible.</summary>
internal sealed class OciPush(OciSession session, CancellationToken cancellationToken)
{
    private const string Octets = "application/octet-stream";

    private readonly OciReference reference = session.Reference;

    public async Task RunAsync(ModelPackage package, byte[] manifest)
    {
        await BlobAsync("sha256:" + package.Digest, package.ManifestBytes.Length, () => new MemoryStream(package.ManifestBytes, writable: false)).ConfigureAwait(false);
        foreach (var entry in package.Manifest.Entries)
        {
            await BlobAsync(OciManifests.Digest(entry), entry.Length, () => package.OpenEntry(entry.Name)).ConfigureAwait(false);
        }

        await ManifestAsync(manifest).ConfigureAwait(false);
    }

    private async Task BlobAsync(string digest, long length, Func<Stream> open)
    {
        using var patience = session.Wait(cancellationToken);
        if (await HasAsync(digest, patience).ConfigureAwait(false))
        {
            return;
        }

        var upload = await StartAsync(patience).ConfigureAwait(false);
        var address = new UriBuilder(upload) { Query = $"{(upload.Query.Length > 0 ? upload.Query + "&" : "?")}digest={Uri.EscapeDataString(digest)}" }.Uri;
        using var response = await session.SendAsync(
            to => new(HttpMethod.Put, to) { Content = new OciContent(open, length, Octets, patience) }, address, patience).ConfigureAwait(false);
        await RequireAsync(response, HttpStatusCode.Created, $"the upload of {digest}", patience).ConfigureAwait(false);
    }

    private async Task<bool> HasAsync(string digest, Patience patience)
    {
        using var response = await session.SendAsync(to => new(HttpMethod.Head, to), session.At($"blobs/{digest}"), patience).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        await RequireAsync(response, HttpStatusCode.OK, $"the look for {digest}", patience).ConfigureAwait(false);
        return true;
    }

    private async Task<Uri> StartAsync(Patience patience)
    {
        var address = session.At("blobs/uploads/");
        using var response = await session.SendAsync(to => new(HttpMethod.Post, to) { Content = new ByteArrayContent([]) }, address, patience).ConfigureAwait(false);
        await RequireAsync(response, HttpStatusCode.Accepted, "the start of an upload", patience).ConfigureAwait(false);
        return response.Headers.Location is { } location
            ? new Uri(address, location)
            : throw new UnavailableException($"Registry '{reference.Registry}' started an upload to '{reference.Repository}' without saying where.");
    }

    private async Task ManifestAsync(byte[] manifest)
    {
        using var patience = session.Wait(cancellationToken);
        using var response = await session.SendAsync(Make, session.At($"manifests/{reference.Tag ?? reference.Digest}"), patience).ConfigureAwait(false);
        await RequireAsync(response, HttpStatusCode.Created, "the manifest", patience).ConfigureAwait(false);

        HttpRequestMessage Make(Uri address)
        {
            var content = new ByteArrayContent(manifest);
            content.Headers.ContentType = new MediaTypeHeaderValue(OciMediaTypes.ImageManifest);
            return new(HttpMethod.Put, address) { Content = content };
        }
    }

    private async Task RequireAsync(HttpResponseMessage response, HttpStatusCode expected, string what, Patience patience)
    {
        if (response.StatusCode != expected)
        {
            throw await OciErrors.ReadAsync(response, what, reference, patience.Token).ConfigureAwait(false);
        }
    }
}
