using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Orleans.MLOps.Client.Models.Oci;

/// <summary>
/// Requests to one repository. Answers the registry's demand for credentials once a request, follows redirects of reads, and sends
/// credentials to nobody but the registry and the token service that it names. A registry spoken to by https cannot lead to http.
/// </summary>
internal sealed class OciSession
{
    private const int MostRedirects = 5;
    private const int LongestToken = 1024 * 1024;

    private readonly HttpClient http;
    private readonly OciRegistryOptions options;
    private readonly string actions;
    private readonly Uri root;
    private AuthenticationHeaderValue? authorization;

    /// <param name="http">Follows no redirects of its own.</param>
    /// <param name="options">Credentials and bounds.</param>
    /// <param name="reference">Host and repository.</param>
    /// <param name="actions">What is to be done: <c>pull</c>, or <c>pull,push</c>.</param>
    public OciSession(HttpClient http, OciRegistryOptions options, OciReference reference, string actions)
    {
        (this.http, this.options, this.actions, Reference) = (http, options, actions, reference);
        var scheme = options.PlainHttp ?? reference.IsLoopback ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        root = new Uri($"{scheme}://{reference.Registry}/v2/{reference.Repository}/");
    }

    public OciReference Reference { get; }

    public Uri At(string path) => new(root, path);

    public Patience Wait(CancellationToken cancellationToken) => new(options.Timeout, cancellationToken);

    /// <summary>Sends a request; the answer may be a refusal, but not the demand for credentials if there are some.</summary>
    /// <param name="make">Makes the request for an address; called once an attempt, so a body is read anew.</param>
    /// <param name="address">Where to.</param>
    /// <param name="patience">Its end.</param>
    /// <exception cref="UnavailableException">The registry cannot be reached.</exception>
    /// <exception cref="TimeoutException">It stood still.</exception>
    /// <exception cref="PermissionDeniedException">It asks for credentials that there are none of, or refuses them.</exception>
    public async Task<HttpResponseMessage> SendAsync(Func<Uri, HttpRequestMessage> make, Uri address, Patience patience)
    {
        RequireSafe(address);
        var answered = false;
        for (var redirects = 0; ;)
        {
            var response = await OnceAsync(make, address, patience).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.Unauthorized && !answered && IsRegistry(address))
            {
                using (response)
                {
                    authorization = await AnswerAsync(response, patience).ConfigureAwait(false);
                    answered = true;
                }
            }
            else if (IsRedirect(response, out var next) && redirects++ < MostRedirects)
            {
                response.Dispose();
                address = RequireSafe(new Uri(address, next));
            }
            else
            {
                return response;
            }
        }
    }

    private async Task<HttpResponseMessage> OnceAsync(Func<Uri, HttpRequestMessage> make, Uri address, Patience patience)
    {
        patience.Renew();
        using var request = make(address);
        request.Headers.Authorization = IsRegistry(address) ? authorization : null;
        return await SendAsync(request, patience).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Patience patience)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or HttpRequestException)
        {
            throw patience.Translate(error, Reference.Registry);
        }
    }

    private async Task<AuthenticationHeaderValue> AnswerAsync(HttpResponseMessage response, Patience patience)
    {
        var challenge = OciChallenge.Find(response.Headers.WwwAuthenticate);
        if (challenge?.Realm is { } realm)
        {
            return new(OciChallenge.Bearer, await GetTokenAsync(challenge, RequireSafe(realm), patience).ConfigureAwait(false));
        }

        return challenge is not null && Credentials() is { } credentials
            ? credentials
            : throw new PermissionDeniedException(
                $"Registry '{Reference.Registry}' asks for credentials to {actions} '{Reference.Repository}'; {(challenge is null ? "it offers neither Basic nor Bearer" : "none are configured")}.", "reference");
    }

    private async Task<string> GetTokenAsync(OciChallenge challenge, Uri realm, Patience patience)
    {
        var scope = challenge.Scope ?? $"repository:{Reference.Repository}:{actions}";
        var query = new StringBuilder(realm.Query.Length > 0 ? realm.Query + "&" : "?").Append("scope=").Append(Uri.EscapeDataString(scope));
        if (challenge.Service is { } service)
        {
            query.Append("&service=").Append(Uri.EscapeDataString(service));
        }

        patience.Renew();
        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(realm) { Query = query.ToString() }.Uri);
        request.Headers.Authorization = Credentials();
        using var response = await SendAsync(request, patience).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw await OciErrors.ReadAsync(response, $"the request for a token to {actions}", Reference, patience.Token).ConfigureAwait(false);
        }

        var body = await OciBody.ReadAsync(response, LongestToken, Reference, patience).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(body);
            if ((document.RootElement.TryGetProperty("token", out var token) || document.RootElement.TryGetProperty("access_token", out token))
                && token.GetString() is { Length: > 0 } text && !text.AsSpan().ContainsAny('\r', '\n'))
            {
                return text;
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new UnavailableException($"The token service of registry '{Reference.Registry}' answered no JSON: {error.Message}", inner: error);
        }

        throw new PermissionDeniedException($"The token service of registry '{Reference.Registry}' gave no token to {actions} '{Reference.Repository}'.", "reference");
    }

    private AuthenticationHeaderValue? Credentials() => options.Username is null
        ? null
        : new(OciChallenge.Basic, Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Username}:{options.Password}")));

    private Uri RequireSafe(Uri address) => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && root.Scheme == Uri.UriSchemeHttp)
        ? address
        : throw new PermissionDeniedException($"Registry '{Reference.Registry}', reached by {root.Scheme}, leads to {address.Scheme}://{address.Authority}: only https is followed.", "reference");

    private bool IsRegistry(Uri address) => address.Scheme == root.Scheme && address.Authority == root.Authority;

    private static bool IsRedirect(HttpResponseMessage response, out Uri next)
    {
        next = response.Headers.Location!;
        return (response.RequestMessage?.Method == HttpMethod.Get || response.RequestMessage?.Method == HttpMethod.Head) && next is not null
            && response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
    }
}
