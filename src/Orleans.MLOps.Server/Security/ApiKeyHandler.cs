using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Orleans.MLOps.Gateway.Governance;

namespace Orleans.MLOps.Server.Security;

/// <summary>Tells who sent a request by its API key, and refuses in the words of the door it came through.</summary>
internal sealed class ApiKeyHandler(IOptionsMonitor<ApiKeySchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeyRing keys)
    : AuthenticationHandler<ApiKeySchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "ApiKey";

    /// <summary>The same with HTTP Basic, for pages that a person opens.</summary>
    public const string PageScheme = "ApiKeyPage";

    private const string Missing = "An API key is missing: send it as 'authorization: Bearer KEY' or 'x-api-key: KEY' (in the .NET SDK GrpcClientOptions.ApiKey).";
    private const string Wrong = "The API key is not one that this node knows: check it, or ask the node's operator for another.";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var key = PresentedKey.Of(Request.Headers, Options.AcceptBasic);
        return Task.FromResult(
            key is null ? AuthenticateResult.NoResult()
            : keys.Find(key) is { } holder ? AuthenticateResult.Success(new(holder, base.Scheme.Name))
            : AuthenticateResult.Fail(Wrong));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var sent = await HandleAuthenticateOnceSafeAsync();
        Response.Headers.WWWAuthenticate = Options.AcceptBasic ? "Basic realm=\"Orleans.MLOps\", charset=\"UTF-8\"" : "Bearer realm=\"Orleans.MLOps\"";
        await Refusal.WriteAsync(Context, StatusCodes.Status401Unauthorized, sent.Failure is null ? Missing : Wrong);
    }

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var sent = await HandleAuthenticateOnceSafeAsync();
        var scope = EndpointScope.Of(sent.Principal ?? new());
        await Refusal.WriteAsync(Context, StatusCodes.Status403Forbidden, scope.IsLimited ? scope.ToString() : $"The API key '{sent.Principal?.Identity?.Name}' is no operator key, and this door needs one: use another key, or configure this one with Operator true.");
    }
}
