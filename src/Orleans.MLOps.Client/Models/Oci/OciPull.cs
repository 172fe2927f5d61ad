using System.Net;
using System.Net.Http.Headers;
using Orleans.MLOps.Client.Models.Packages;

namespace Orleans.MLOps.Client.Models.Oci;

/// <summary>Fetches a package from one repository and checks every byte of it.</summary>
internal sealed class OciPull(OciSession session, CancellationToken cancellationToken)
{
    private const string DigestHeader = "Docker-Content-Digest";

    private readonly OciReference reference = session.Reference;

    public async Task<OciArtifact> RunAsync(Stream target)
    {
        var bytes = await ManifestAsync().ConfigureAwait(false);
        var manifest = OciManifests.Read(bytes, reference);
        var config = await ConfigAsync(OciManifests.Config(manifest)).ConfigureAwait(false);
        var package = ManifestJson.Read(config);
        OciManifests.Match(manifest, package, reference);
        var digest = await ModelPackageWriter.WriteAsync(config, (entry, stream, _) => BlobAsync(entry, stream), target, cancellationToken).ConfigureAwait(false);
        return new() { Reference = reference.AtDigest(OciManifests.Digest(bytes)), PackageDigest = digest, Manifest = package };
    }

    private async Task<byte[]> ManifestAsync()
    {
        using var patience = session.Wait(cancellationToken);
        using var response = await session.SendAsync(Make, session.At($"manifests/{reference.Tag ?? reference.Digest}"), patience).ConfigureAwait(false);
        await RequireAsync(response, "the manifest", patience).ConfigureAwait(false);
        var bytes = await OciBody.ReadAsync(response, OciManifests.Longest, reference, patience).ConfigureAwait(false);
        var announced = reference.Digest ?? (response.Headers.TryGetValues(DigestHeader, out var values) ? values.First() : null);
        var digest = OciManifests.Digest(bytes);
        return announced is null || announced == digest
            ? bytes
            : throw new DataLossException($"The manifest of '{reference}' came with the digest {digest}; {announced} was announced.", "reference");

        static HttpRequestMessage Make(Uri address)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(OciMediaTypes.ImageManifest));
            return request;
        }
    }

    private async Task<byte[]> ConfigAsync(ModelPackageEntry config)
    {
        using var body = new MemoryStream();
        using var verifying = new VerifyingStream(body, config);
        await BlobAsync(config, verifying).ConfigureAwait(false);
        verifying.Complete();
        return body.ToArray();
    }

    private async Task BlobAsync(ModelPackageEntry entry, Stream target)
    {
        using var patience = session.Wait(cancellationToken);
        using var response = await session.SendAsync(
            to => new(HttpMethod.Get, to), session.At($"blobs/{OciManifests.Digest(entry)}"), patience).ConfigureAwait(false);
        await RequireAsync(response, $"'{entry.Name}'", patience).ConfigureAwait(false);
        await OciBody.CopyAsync(response, target, reference, patience).ConfigureAwait(false);
    }

    private async Task RequireAsync(HttpResponseMessage response, string what, Patience patience)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw await OciErrors.ReadAsync(response, what, reference, patience.Token).ConfigureAwait(false);
        }
    }
}
