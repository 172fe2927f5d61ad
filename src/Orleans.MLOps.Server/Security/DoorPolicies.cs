using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.MLOps.Gateway.Governance;

namespace Orleans.MLOps.Server.Security;

/// <summary>
/// Who may pass which door. With no keys configured everybody may; with keys, whatever is mapped without a policy of its own
/// asks for a key too, so that a new door is locked unless somebody opens it.
/// </summary>
internal static class DoorPolicies
{
    public const string Caller = "caller";
    public const string Operator = "operator";

    /// <summary>As <see cref="Caller"/>, for REST clients that know only HTTP Basic: the password is the key.</summary>
    public const string RestCaller = "rest-caller";

    /// <summary>As <see cref="Operator"/>, for pages that a person opens in a browser.</summary>
    public const string OperatorPage = "operator-page";

    public static void AddDoorPolicies(this IServiceCollection services, ApiKeyRing keys)
    {
        services.AddSingleton(keys);
        services.TryAddSingleton(TimeProvider.System);
        if (keys.Count == 0)
        {
            // Where these services are, ASP.NET Core asks them at every request.
            return;
        }

        // Not AddAuthentication: that also starts data protection, which writes key files into the user's home.
        services.AddAuthenticationCore();
        services.AddWebEncoders();
        new AuthenticationBuilder(services)
            .AddScheme<ApiKeySchemeOptions, ApiKeyHandler>(ApiKeyHandler.Scheme, null)
            .AddScheme<ApiKeySchemeOptions, ApiKeyHandler>(ApiKeyHandler.PageScheme, page => page.AcceptBasic = true);
        var caller = Needs(ApiKeyHandler.Scheme).Build();
        services.AddAuthorizationBuilder()
            .AddPolicy(Caller, caller)
            .AddPolicy(RestCaller, Needs(ApiKeyHandler.PageScheme).Build())
            .AddPolicy(Operator, Needs(ApiKeyHandler.Scheme).RequireRole(ApiKeyRing.OperatorRole).Build())
            .AddPolicy(OperatorPage, Needs(ApiKeyHandler.PageScheme).RequireRole(ApiKeyRing.OperatorRole).Build())
            .SetFallbackPolicy(caller);
    }

    private static AuthorizationPolicyBuilder Needs(string scheme) => new AuthorizationPolicyBuilder(scheme).RequireAuthenticatedUser().RequireAssertion(LetsIn);

    /// <summary>What a door itself says of whom it lets in; one that says nothing, or is not known, is closed to keys that are limited to endpoints.</summary>
    private static bool LetsIn(AuthorizationHandlerContext context) => context.Resource is HttpContext request && request.GetEndpoint()?.Metadata.GetMetadata<DoorAccessAttribute>()?.Access switch
    {
        DoorAccess.Endpoints => true,
        DoorAccess.Operators => context.User.IsInRole(ApiKeyRing.OperatorRole),
        _ => !EndpointScope.Of(context.User).IsLimited,
    };
}
