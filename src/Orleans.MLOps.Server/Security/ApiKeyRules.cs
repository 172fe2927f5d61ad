using Orleans.MLOps.Gateway.Governance;

namespace Orleans.MLOps.Server.Security;

/// <summary>What configured keys must look like. A message names place and kind of what is wrong, never the value: it may be a key.</summary>
internal static class ApiKeyRules
{
    private const string Fix = "make a key and its lines with 'Orleans.MLOps.Server key NAME'.";

    private const int MostEndpoints = 100;

    public static void Check(IReadOnlyList<ApiKey> keys)
    {
        var names = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var hashes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys[i] is not { Name: { } name, Sha256: { } hash })
            {
                throw Wrong(Place(i), "is incomplete: Name and Sha256 must be given", Fix);
            }

            if (!ApiKeyText.IsName(name))
            {
                throw Wrong(Place(i, nameof(ApiKey.Name)), $"is {Kind(name)}: a name must be 1 to 64 letters, digits, '.', '_' and '-', start with a letter or digit, and not with '{ApiKeyText.Prefix}'", "choose another.");
            }

            if (!ApiKeyText.IsHash(hash))
            {
                throw Wrong(Place(i, nameof(ApiKey.Sha256)), $"is {Kind(hash)}: it must be the SHA-256 of a key in 64 lower-case hex digits", Fix);
            }

            CheckEndpoints(keys[i], i);
            if (!names.TryAdd(name, i))
            {
                throw Wrong(Place(i, nameof(ApiKey.Name)), $"repeats {Place(names[name], nameof(ApiKey.Name))}: a name must be given once, whatever its case", "choose another.");
            }

            if (!hashes.TryAdd(hash, i))
            {
                throw Wrong(Place(i, nameof(ApiKey.Sha256)), $"repeats {Place(hashes[hash], nameof(ApiKey.Sha256))}: every holder must have a key of its own", Fix);
            }
        }
    }

    private static void CheckEndpoints(ApiKey key, int index)
    {
        if (key.Endpoints is not { } endpoints)
        {
            return;
        }

        if (endpoints.Count is 0 or > MostEndpoints)
        {
            // None would be a key for nothing, which nobody makes; more likely it was meant as a limit.
            throw Wrong(Place(index, nameof(ApiKey.Endpoints)), $"has {endpoints.Count} entries: 1 to {MostEndpoints} are allowed", "name endpoints, or leave it out for a key that is not limited.");
        }

        if (key.Operator)
        {
            throw Wrong(Place(index), "is an operator's and has Endpoints: only one of them can be meant", "leave one out.");
        }

        for (var i = 0; i < endpoints.Count; i++)
        {
            if (ApiKeyText.IsKey(endpoints[i]) || !EndpointScope.TryRead(endpoints[i], out _))
            {
                throw Wrong($"{Place(index, nameof(ApiKey.Endpoints))}:{i}", $"is {(ApiKeyText.IsKey(endpoints[i]) ? "a plain key" : "other text")}: it must be 'project/endpoint', 'endpoint' or '*'", "correct it.");
            }
        }
    }

    public static string Place(int index, string? field = null) => field is null ? $"Mlops:ApiKeys:{index}" : $"Mlops:ApiKeys:{index}:{field}";

    private static string Kind(string value) =>
        string.IsNullOrWhiteSpace(value) ? "empty"
        : ApiKeyText.LooksLikeKey(value) ? "a plain key"
        : ApiKeyText.IsHash(value.ToLowerInvariant()) ? "hex with upper-case digits"
        : "other text";

    private static InvalidInputException Wrong(string place, string rule, string fix) => new($"{place} {rule}; {fix}", place);
}
