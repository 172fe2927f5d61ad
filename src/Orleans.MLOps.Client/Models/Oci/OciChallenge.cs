using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Orleans.MLOps.Client.Models.Oci;

/// <summary>What a registry asks for: the first of its challenges that is Bearer or Basic.</summary>
internal sealed partial record OciChallenge(string Scheme, Uri? Realm, string? Service, string? Scope)
{
    public const string Bearer = "Bearer";
    public const string Basic = "Basic";

    private const int Longest = 8192;

    /// <summary>The challenge, or null if there is none that can be answered.</summary>
    public static OciChallenge? Find(HttpHeaderValueCollection<AuthenticationHeaderValue> challenges)
    {
        foreach (var challenge in challenges)
        {
            if (string.Equals(challenge.Scheme, Basic, StringComparison.OrdinalIgnoreCase))
            {
                return new(Basic, null, null, null);
            }

            if (string.Equals(challenge.Scheme, Bearer, StringComparison.OrdinalIgnoreCase) && challenge.Parameter is { Length: <= Longest } parameters)
            {
                var values = Parameter().Matches(parameters).DistinctBy(match => match.Groups["name"].Value.ToLowerInvariant()).ToDictionary(
                    match => match.Groups["name"].Value.ToLowerInvariant(), match => match.Groups["quoted"].Success ? match.Groups["quoted"].Value : match.Groups["plain"].Value);
                if (Uri.TryCreate(values.GetValueOrDefault("realm"), UriKind.Absolute, out var realm))
                {
                    return new(Bearer, realm, values.GetValueOrDefault("service"), values.GetValueOrDefault("scope"));
                }
            }
        }

        return null;
    }

    [GeneratedRegex("""(?<name>[a-zA-Z_]+)\s*=\s*("(?<quoted>[^"]*)"|(?<plain>[^",\s]+))""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
