using System.Security.Claims;
using System.Security.Cryptography;
using Orleans.MLOps.Gateway.Governance;

namespace Orleans.MLOps.Server.Security;

/// <summary>The keys that a node accepts. Finding one takes the same time whichever it is, and whether it is there at all.</summary>
internal sealed class ApiKeyRing
{
    public const string OperatorRole = "operator";

    private readonly (byte[] Hash, ClaimsPrincipal Holder)[] _keys;

    private ApiKeyRing(IEnumerable<ApiKey> keys) => _keys = [.. keys.Select(key => (Convert.FromHexString(key.Sha256), Holder(key)))];

    public int Count => _keys.Length;

    /// <exception cref="InvalidInputException">A key is configured wrongly; the message holds no configured value.</exception>
    public static ApiKeyRing Make(IReadOnlyList<ApiKey> keys)
    {
        ApiKeyRules.Check(keys);
        return new(keys);
    }

    /// <summary>Who holds the key, or null when nobody does.</summary>
    public ClaimsPrincipal? Find(string key)
    {
        var hash = ApiKeyText.Hash(key);
        ClaimsPrincipal? found = null;
        foreach (var known in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(known.Hash, hash))
            {
                found = known.Holder;
            }
        }

        return found;
    }

    private static ClaimsPrincipal Holder(ApiKey key)
    {
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, key.Name)], ApiKeyHandler.Scheme);
        if (key.Operator)
        {
            identity.AddClaim(new(ClaimTypes.Role, OperatorRole));
        }

        foreach (var pattern in key.Endpoints ?? [])
        {
            identity.AddClaim(new(EndpointScope.ClaimType, EndpointScope.TryRead(pattern, out var endpoint) ? endpoint : throw new InvalidOperationException("Keys are checked before.")));
        }

        return new(identity);
    }
}
