using Orleans.MLOps.Client.Models.Packages;

namespace Orleans.MLOps.Client.Models.Oci;

/// <summary>
/// Any registry that speaks the OCI distribution API (Docker's, Harbor, GHCR and so on) as a home of model packages. Thread-safe.
/// </summary>
/// <remarks>
/// An artifact has the package's manifest as its configuration and one layer for each of its files. So two versions share the files that
/// they have in common, a tool that knows only OCI finds weights and ONNX file by their names, and the configuration's digest is the
/// package's digest. A pull makes the package of them again, byte for byte.
/// </remarks>
public sealed class OciModelRegistry : IDisposable
{
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(5);

    private readonly OciRegistryOptions options;
    private readonly HttpClient http;

    /// <summary>Makes a client; nothing is connected yet.</summary>
    /// <param name="options">Credentials and bounds; default none.</param>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public OciModelRegistry(OciRegistryOptions? options = null)
        : this(options, new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = ConnectionLife, UseCookies = false })
    {
    }

    internal OciModelRegistry(OciRegistryOptions? options, HttpMessageHandler handler)
    {
        this.options = options ?? new();
        this.options.Check();
        http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Pushes a package. Files that the repository has are not sent again. Idempotent: the same package has the same digest everywhere.</summary>
    /// <param name="package">An opened package; read by nobody else meanwhile.</param>
    /// <param name="reference"><c>host[:port]/repository:tag</c>; the tag moves to this package. A digest must be the one that this package has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The artifact, by its digest.</returns>
    /// <exception cref="InvalidInputException">The reference is none, or names another digest.</exception>
    /// <exception cref="PermissionDeniedException">The registry wants credentials, or others.</exception>
    /// <exception cref="FailedPreconditionException">The registry refuses the artifact; the message says why.</exception>
    /// <exception cref="UnavailableException">The registry cannot be reached, or broke off; pushing again sends only what is missing.</exception>
    /// <exception cref="TimeoutException">It stood still for longer than <see cref="OciRegistryOptions.Timeout"/>.</exception>
    public async Task<OciArtifact> PushAsync(ModelPackage package, string reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(package);
        var name = OciReference.Parse(reference);
        var manifest = OciManifests.Write(package);
        var digest = OciManifests.Digest(manifest);
        if (name.Digest is { } given && given != digest)
        {
            throw new InvalidInputException($"reference '{reference}' cannot be pushed to: this package has the digest {digest} there.", "reference");
        }

        await new OciPush(new(http, options, name, "pull,push"), cancellationToken).RunAsync(package, manifest).ConfigureAwait(false);
        return new() { Reference = name.AtDigest(digest), PackageDigest = package.Digest, Manifest = package.Manifest };
    }

    /// <summary>Pulls a package. Digests and sizes of everything that comes are verified; the package is written while it comes.</summary>
    /// <param name="reference"><c>host[:port]/repository:tag</c> or <c>host[:port]/repository@sha256:...</c>.</param>
    /// <param name="target">Any stream; left open. After an error it holds a beginning that no reader takes for a package.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The artifact, by its digest.</returns>
    /// <exception cref="InvalidInputException">The reference is none, or names something that is no model.</exception>
    /// <exception cref="NotFoundException">The registry has nothing of that name.</exception>
    /// <exception cref="PermissionDeniedException">The registry wants credentials, or others.</exception>
    /// <exception cref="DataLossException">What came is not what was announced; the field names the entry.</exception>
    /// <exception cref="UnavailableException">The registry cannot be reached, or broke off.</exception>
    /// <exception cref="TimeoutException">It stood still for longer than <see cref="OciRegistryOptions.Timeout"/>.</exception>
    public Task<OciArtifact> PullAsync(string reference, Stream target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new OciPull(new(http, options, OciReference.Parse(reference), "pull"), cancellationToken).RunAsync(target);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => http.Dispose();
}
