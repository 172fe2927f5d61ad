using System.Security.Claims;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Orleans.MLOps.Gateway.Governance;

/// <summary>
/// The endpoints that a caller may ask. One whose principal has claims of <see cref="ClaimType"/> may ask those endpoints for inferences, predictions,
/// descriptions and statistics, and nothing else; one without such a claim is not limited. Endpoints are compared by the keys of their grains, so that what
/// is allowed is exactly what is called.
/// </summary>
public sealed class EndpointScope
{
    /// <summary>The type of the claims; their values come from <see cref="TryRead"/>.</summary>
    public const string ClaimType = "mlops:endpoint";

    private const string Every = "*";
    private const string DefaultProject = "default";
    private const string KeyKind = "endpoint/";
    private const int MostNamed = 8;

    private static readonly EndpointScope Unlimited = new("", null);

    private readonly string caller;
    private readonly string[]? endpoints;

    private EndpointScope(string caller, string[]? endpoints) => (this.caller, this.endpoints) = (caller, endpoints);

    /// <summary>Whether it limits its caller at all.</summary>
    public bool IsLimited => endpoints is not null;

    /// <summary>What a principal may ask.</summary>
    public static EndpointScope Of(ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.FindFirst(ClaimType) is null
            ? Unlimited
            : new(user.Identity?.Name ?? "", [.. user.FindAll(ClaimType).Select(claim => claim.Value)]);
    }

    /// <summary>Reads <c>project/endpoint</c>, <c>endpoint</c> of the project default, or <c>*</c> for every endpoint of every project.</summary>
    /// <param name="pattern">Names are taken as they are, and with percent escapes: <c>%2F</c> and <c>%2A</c> for a <c>/</c> and a <c>*</c> in a name.</param>
    /// <param name="claim">The value of the claim; empty when the pattern is none.</param>
    /// <returns>Whether the pattern is one.</returns>
    public static bool TryRead(string? pattern, out string claim)
    {
        claim = "";
        if (pattern == Every)
        {
            claim = Every;
            return true;
        }

        string[] parts = pattern?.Split('/') ?? [];
        if (parts.Length is not (1 or 2) || Array.Exists(parts, part => part.Length == 0 || part != part.Trim() || part.Contains('*', StringComparison.Ordinal)))
        {
            return false;
        }

        try
        {
            claim = new EndpointKey(parts.Length == 1 ? DefaultProject : Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[^1])).ToString();
            return true;
        }
        catch (InvalidInputException)
        {
            return false;
        }
    }

    /// <summary>One sentence on what the caller may do, in printable ASCII; for refusals.</summary>
    public override string ToString() => endpoints is null
        ? "The caller is not limited to endpoints."
        : $"The API key '{caller}' may only ask {Named()} for inferences, predictions, descriptions and statistics.";

    internal static EndpointScope Of(HttpContext context) => Of(context.User);

    internal static EndpointScope Of(ServerCallContext context) => Of(context.GetHttpContext());

    internal bool Allows(string project, string endpoint) =>
        endpoints is null || Array.IndexOf(endpoints, Every) >= 0 || Array.IndexOf(endpoints, new EndpointKey(project, endpoint).ToString()) >= 0;

    /// <exception cref="PermissionDeniedException">The caller may not ask this endpoint, whether it exists or not.</exception>
    /// <exception cref="InvalidInputException">The caller is limited, and the names are none.</exception>
    internal void Require(string project, string endpoint)
    {
        if (!Allows(project, endpoint))
        {
            throw new PermissionDeniedException(ToString(), "endpoint");
        }
    }

    private string Named()
    {
        if (Array.IndexOf(endpoints!, Every) >= 0)
        {
            return "endpoints";
        }

        var names = string.Join(", ", endpoints!.Take(MostNamed).Select(endpoint => $"'{endpoint[KeyKind.Length..]}'"));
        return $"endpoint{(endpoints!.Length > 1 ? "s" : "")} {names}{(endpoints!.Length > MostNamed ? $" and {endpoints!.Length - MostNamed} more" : "")}";
    }
}
